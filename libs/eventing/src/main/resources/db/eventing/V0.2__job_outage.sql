-- since when a job awaits the end of an outage, such as of the vault; null while it meets none
alter table job add column outage_since timestamptz;
