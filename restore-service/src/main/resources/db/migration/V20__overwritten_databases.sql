-- the state of a database before it is overwritten, as its provider names it, with what was read of it, as JSON
alter table restore add column checkpoint text;
-- the same as the provider named it when it took the database back to a point in time
alter table restore add column previous_bookmark text;
