-- The latest passed and the latest failed drill of each kind: one kind says nothing of another.
alter table watched_drill add column kind text not null default 'restore-test';
alter table watched_drill drop constraint watched_drill_pkey;
alter table watched_drill add primary key (source, kind, passed);
