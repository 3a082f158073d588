-- what a restore put aside is backed up from there
alter table backup add column put_aside text;
