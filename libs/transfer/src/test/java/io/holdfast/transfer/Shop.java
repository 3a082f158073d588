package io.holdfast.transfer;

/** A small database with a little of everything that matters when it is moved. */
public final class Shop {
    static final String[] TABLES = {
        "create schema app",
        "create type app.mood as enum ('fine', 'not fine')",
        "create table app.clients (id int generated always as identity primary key, name text not null, mood app.mood)",
        "create table app.tickets (id bigserial primary key, client int references app.clients, body text)",
        "create table app.\"odd Näme\" (\"a b\" int, doubled int generated always as (\"a b\" * 2) stored)",
        "create table app.empty (id int)",
        "create table app.columnless ()",
        "create table app.log (at date not null, line text) partition by range (at)",
        "create table app.log_old partition of app.log for values from (minvalue) to ('2026-01-01')",
        "create table app.log_new partition of app.log for values from ('2026-01-01') to (maxvalue)",
        "create table app.by_mood (mood app.mood, n int) partition by hash (mood)",
        "create table app.by_mood_0 partition of app.by_mood for values with (modulus 2, remainder 0)",
        "create table app.by_mood_1 partition of app.by_mood for values with (modulus 2, remainder 1)",
        "create view app.named as select id, name from app.clients",
        "create materialized view app.counted as select client, count(*) n from app.tickets group by client",
        "create sequence app.invoice start 1000"
    };

    static final String[] ROWS = {
        "insert into app.clients (name, mood) select 'client ' || g, case when g % 3 = 0 then 'fine' end::app.mood"
                + " from generate_series(1, 500) g",
        "insert into app.tickets (client, body) select 1 + g % 500, repeat(md5(g::text), 6)"
                + " from generate_series(1, 30000) g",
        "insert into app.\"odd Näme\" select g from generate_series(1, 100) g",
        "insert into app.columnless select from generate_series(1, 7)",
        "insert into app.log select date '2025-12-01' + g % 60, E'line\\t' || g || E'\\n\\\\.' from"
                + " generate_series(1, 1000) g",
        "insert into app.by_mood select (array['fine', 'not fine'])[1 + g % 2]::app.mood, g from"
                + " generate_series(1, 50) g",
        "select nextval('app.invoice') from generate_series(1, 42)",
        "refresh materialized view app.counted",
        "analyze"
    };

    private Shop() {}

    public static String create() {
        String name = Servers.database(TABLES);
        Servers.sql(name, ROWS);
        return name;
    }
}
