-- whether an alert is silenced, or its cause is told instead: nobody is expected to acknowledge it
alter table alert add column muted boolean not null default false;
