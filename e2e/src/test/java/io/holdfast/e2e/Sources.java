package io.holdfast.e2e;

import io.holdfast.devstack.StackAddresses;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Databases to protect, made by plain SQL and compared by plain SQL. */
final class Sources {
    static final String ROLE = "shop";
    static final String PASSWORD = "shop-secret-7391";

    /** A value that is nowhere but in one row. */
    static final String CANARY = "Kanarienvogel-3f9c71d2";

    private final StackAddresses.Postgres server;

    Sources(StackAddresses.Postgres server) {
        this.server = server;
    }

    void createRole() {
        run("postgres", "create role " + ROLE + " login createdb password '" + PASSWORD + "'");
    }

    /** Orders with their items; each row is about 200 bytes of text that does not repeat. */
    void create(String database, int rows) {
        run("postgres", "create database " + database + " owner " + ROLE);
        run(
                database,
                "set role " + ROLE,
                "create type state as enum ('open', 'paid', 'void')",
                "create table customer (id int primary key, name text not null, tags text[], profile jsonb)",
                "create table item (id bigint generated always as identity primary key,"
                        + " customer_id int not null references customer, state state, price numeric(12, 2), note text)",
                "create view open_items as select * from item where state = 'open'",
                "insert into customer select g, 'Käufer ' || g || E'\\tx\\n\\\\y', array['a', null, 'b' || g],"
                        + " jsonb_build_object('n', g) from generate_series(1, 500) g",
                "insert into item (customer_id, state, price, note) select 1 + g % 500,"
                        + " (array['open', 'paid', 'void'])[1 + g % 3]::state, g / 7.0,"
                        + " md5(g::text) || md5((g * 3)::text) || md5((g * 7)::text) || md5((g * 11)::text)"
                        + " || md5((g * 13)::text) from generate_series(1, " + rows + ") g",
                "create index on item (customer_id)");
    }

    void createCanary(String database) {
        run("postgres", "create database " + database + " owner " + ROLE);
        run(
                database,
                "set role " + ROLE,
                "create table bird (name text not null)",
                "insert into bird values ('" + CANARY + "')");
    }

    /** What a person would compare: every table's count and an order-independent sum of all its rows. */
    String summary(String database) {
        String rows =
                "select count(*) || ':' || coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0)";
        return one(database, rows + " from customer t") + " "
                + one(database, rows + " from item t") + " "
                + one(
                        database,
                        "select count(*) from pg_constraint where conrelid::regclass::text in ('item', 'customer')")
                + " " + one(database, "select count(*) from pg_indexes where schemaname = 'public'") + " "
                + one(database, "select last_value from item_id_seq") + " "
                + one(database, rows + " from open_items t");
    }

    List<String> databases() {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select datname from pg_database order by 1")) {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void run(String database, String... sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String one(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getObject(1));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nobody renames the database until this is closed. */
    Connection holding(String database) throws SQLException {
        return holding("postgres", "comment on database " + database + " is 'held'");
    }

    /** Nobody changes this row until this is closed. */
    Connection holdingRow(String database, String tableWhere) throws SQLException {
        return holding(database, "select from " + tableWhere + " for update");
    }

    private Connection holding(String database, String sql) throws SQLException {
        Connection holder = connect(database);
        try (Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute(sql);
            return holder;
        } catch (SQLException e) {
            holder.close();
            throw e;
        }
    }

    boolean somebodyWaitsForADatabase() {
        return somebodyWaits("locktype = 'object' and classid = 'pg_database'::regclass");
    }

    boolean somebodyWaitsForARowOf(String database) {
        return somebodyWaits("locktype = 'transactionid' and datname = '" + database + "'");
    }

    private boolean somebodyWaits(String what) {
        String waiting = "select exists (select from pg_locks join pg_stat_activity using (pid) where not granted and ";
        return one("postgres", waiting + what + ")").equals("true");
    }

    long oid(String database) {
        return Long.parseLong(one("postgres", "select oid from pg_database where datname = '" + database + "'"));
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(database), server.superuser(), server.password());
    }
}
