#!/usr/bin/env bash
# The platform's database: one schema for each service, owned by a role that has no right on the others'. Run once, by the
# postgres image, on an empty data folder. Passwords come from /run/secrets and never stand on a command line.
set -euo pipefail

sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "$1"; }

export PGPASSWORD=${PGPASSWORD:-${POSTGRES_PASSWORD:-}}
for service in backup restore verifier notifier audit; do
  password=$(cat "/run/secrets/$service-db")
  sql postgres <<SQL
create role ${service}_service login nosuperuser nocreatedb nocreaterole password '${password//\'/\'\'}';
alter role ${service}_service set search_path = $service;
SQL
done
sql postgres <<'SQL'
create database holdfast;
revoke all on database holdfast from public;
SQL
for service in backup restore verifier notifier audit; do
  sql holdfast <<SQL
grant connect on database holdfast to ${service}_service;
create schema $service authorization ${service}_service;
SQL
done
sql holdfast <<<'revoke all on schema public from public;'
