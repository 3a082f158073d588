-- null while nothing is gathered: the wait of a group begins with each first new alert
alter table alert_group alter column first_at drop not null;
