-- what of the source's scope is backed up, where a restore is about to write into single tables; null: all
alter table backup add column only_tables text[];
