package io.holdfast.transfer.increment;

import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Sessions that change tables at random: transactions that stay open over backups, savepoints, aborts, HOT updates, row locks,
 * prepared transactions, VACUUM, CLUSTER, TRUNCATE and changed definitions. A statement that waits for another session's
 * lock fails soon and aborts its transaction.
 */
final class RandomTransactions implements AutoCloseable {
    private static final int ROWS = 3000;
    private static final List<String> TABLES = List.of("public.a", "public.hot", "public.toasted", "public.p");

    private final Random random;
    private final SummarizingServer server;
    private final List<Session> sessions = new ArrayList<>();
    private final Connection alone;
    private int prepared;
    private int labels;

    private static final class Session {
        final Connection connection;
        boolean open;
        int savepoints;

        Session(Connection connection) {
            this.connection = connection;
        }
    }

    RandomTransactions(SummarizingServer server, Random random) throws SQLException {
        this.server = server;
        this.random = random;
        server.sql(
                "create type public.mood as enum ('l0', 'other')",
                "create table public.a (id int primary key, v text, m public.mood default 'l0')",
                "create table public.hot (id int primary key, v text, n int) with (fillfactor = 60)",
                "create table public.toasted (id int primary key, v text)",
                "alter table public.toasted alter v set storage external",
                "create table public.p (id int, v text) partition by range (id)",
                "create table public.p1 partition of public.p for values from (minvalue) to (1500)",
                "create table public.p2 partition of public.p for values from (1500) to (maxvalue)",
                "create table public.few (id int, v text)",
                "insert into public.few values (1, 'one')",
                "create index on public.hot (n)");
        for (String table : TABLES) {
            server.sql("insert into " + table + " (id, v) select g, repeat('r', 500) || g from generate_series(1, "
                    + ROWS + ") g");
        }
        server.sql("update public.toasted set v = repeat('t', 3000) || id where id % 50 = 0", "vacuum", "checkpoint");
        for (int i = 0; i < 4; i++) {
            sessions.add(new Session(limited(server.connect())));
        }
        alone = limited(server.connect());
    }

    private static Connection limited(Connection connection) throws SQLException {
        Sql.run(connection, "set lock_timeout = 100; set deadlock_timeout = 50");
        return connection;
    }

    void run(int steps) throws SQLException {
        for (int i = 0; i < steps; i++) {
            if (random.nextInt(6) == 0) {
                outside();
            } else {
                inside(sessions.get(random.nextInt(sessions.size())));
            }
        }
    }

    /** A step of a transaction. Those of the first session last longest. */
    private void inside(Session session) throws SQLException {
        boolean lasting = session == sessions.getFirst();
        if (!session.open) {
            run(session, "begin" + (random.nextInt(4) == 0 ? " isolation level repeatable read" : ""));
            session.open = true;
            session.savepoints = 0;
        }
        switch (random.nextInt(lasting ? 40 : 12)) {
            case 0, 1 -> end(session, "commit");
            case 2 -> end(session, "rollback");
            case 3 -> {
                run(session, "savepoint s" + ++session.savepoints);
                run(session, change());
            }
            case 4 -> {
                if (session.savepoints > 0) {
                    run(
                            session,
                            (random.nextBoolean() ? "rollback to savepoint s" : "release savepoint s")
                                    + session.savepoints);
                }
            }
            case 5 -> {
                if (random.nextInt(12) == 0) {
                    end(session, "prepare transaction 'p" + ++prepared + "'");
                }
            }
            default -> run(session, change());
        }
    }

    private void end(Session session, String how) throws SQLException {
        run(session, how);
        if (session.open) {
            Sql.run(session.connection, "rollback");
        }
        session.open = false;
    }

    private static void run(Session session, String sql) throws SQLException {
        if (!tried(session.connection, sql) && session.open) {
            Sql.run(session.connection, "rollback");
            session.open = false;
        }
    }

    private String change() {
        String table = TABLES.get(random.nextInt(TABLES.size()));
        int from = random.nextInt(ROWS);
        int fresh = 100_000 + random.nextInt(1_000_000_000);
        String where = " where id between " + from + " and " + (from + random.nextInt(4));
        return switch (random.nextInt(10)) {
            case 0 ->
                "insert into " + table + " (id, v) select g, repeat('n', 400) || " + random.nextInt(1000)
                        + " from generate_series(" + fresh + ", " + (fresh + 2) + ") g";
            case 1 -> "delete from " + table + where;
            case 2 -> "select * from " + table + where + " for share";
            case 3 -> "update public.few set v = '" + random.nextInt(100) + "'";
            case 4 -> "update public.toasted set v = repeat('" + (char) ('a' + random.nextInt(26)) + "', 4000)" + where;
            case 5, 6, 7 -> "update public.hot set v = 'h" + random.nextInt(1000) + "'" + where;
            default -> "update " + table + " set v = 'u" + random.nextInt(1000) + "'" + where;
        };
    }

    /** What is not done in a transaction that stays open. */
    private void outside() throws SQLException {
        String table = List.of("public.a", "public.hot", "public.toasted", "public.p1", "public.p2")
                .get(random.nextInt(5));
        switch (random.nextInt(24)) {
            case 0 -> tried(alone, "vacuum full " + table);
            case 1 -> tried(alone, "cluster public.hot using hot_pkey");
            case 2 -> tried(alone, "truncate public.few; insert into public.few values (2, 'two')");
            case 3 ->
                tried(
                        alone,
                        "alter table public.few add column if not exists c" + random.nextInt(3) + " int default 7");
            case 4 -> tried(alone, "alter type public.mood rename value 'l" + labels + "' to 'l" + ++labels + "'");
            case 5, 6, 7 -> tried(alone, "vacuum freeze " + table);
            case 8, 9 -> tried(alone, "checkpoint");
            case 10, 11, 12, 13 -> {
                String what = random.nextBoolean() ? "commit" : "rollback";
                for (String name : Sql.strings(alone, "select gid from pg_catalog.pg_prepared_xacts")) {
                    tried(alone, what + " prepared '" + name + "'");
                }
            }
            default -> tried(alone, "vacuum " + table);
        }
    }

    private static boolean tried(Connection connection, String sql) throws SQLException {
        try {
            Sql.run(connection, sql);
            return true;
        } catch (SQLException e) {
            if (connection.isClosed()) {
                throw e;
            }
            return false;
        }
    }

    /** Short transactions of another session until it is closed; or none, so that an open transaction has the newest id. */
    Background background(boolean busy) {
        return new Background(server.connect(), new Random(random.nextLong()), !busy);
    }

    static final class Background implements AutoCloseable {
        private final Thread thread;
        private volatile boolean ended;

        private Background(Connection connection, Random random, boolean idle) {
            ended = idle;
            thread = Thread.ofPlatform().daemon().start(() -> {
                try (connection) {
                    Sql.run(connection, "set lock_timeout = 100");
                    while (!ended) {
                        tried(
                                connection,
                                "update public.a set v = 'b" + random.nextInt(1000) + "' where id = "
                                        + random.nextInt(300));
                        tried(
                                connection,
                                "begin; insert into public.few values (3, 'b'); delete from public.few where id = 3; "
                                        + (random.nextBoolean() ? "commit" : "rollback"));
                        Thread.sleep(20);
                    }
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        @Override
        public void close() {
            ended = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        sessions.forEach(session -> ConnectionFactory.close(session.connection));
        ConnectionFactory.close(alone);
    }
}
