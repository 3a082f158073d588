-- jobs of one group run a limited number at a time; of the waiting ones those with the highest priority are claimed first
alter table job add column job_group text, add column priority int not null default 0;
create index job_running on job (kind, job_group) where state = 'RUNNING';
