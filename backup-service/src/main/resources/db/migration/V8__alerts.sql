-- alerts that this service raised; raised_at is null once an alert is resolved, and its sequence goes on
create table alert (
  key text primary key,
  sequence bigint not null,
  name text not null,
  severity text not null,
  source_id uuid,
  source_name text,
  summary text not null,
  cause text,
  raised_at timestamptz
);
