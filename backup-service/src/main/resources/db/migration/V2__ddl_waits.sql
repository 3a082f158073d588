-- whether an alert is out that the backup's locks keep DDL waiting
alter table backup add column ddl_waits boolean not null default false;
