-- whether a rollback changed something; null until it is done, so that it is not done again once people may work
alter table restore add column put_back boolean;
