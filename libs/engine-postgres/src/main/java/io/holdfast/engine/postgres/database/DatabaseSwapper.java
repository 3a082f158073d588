package io.holdfast.engine.postgres.database;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.DatabaseSwap;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges two databases over one connection to a third. The renames are one transaction, which also opens the new one for
 * connections: a crash leaves the old database under the name (perhaps closed) or the new one under it, open.
 */
public final class DatabaseSwapper {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** The live database is closed meanwhile. */
    private static final int LOCK_MILLIS = 3000;

    private static final Duration BETWEEN = Duration.ofMillis(50);
    /** Told apart from other programs' locks by its first half: "Hold" as a number. */
    private static final int LOCKS = 0x486f6c64;

    private final Connection connection;
    private final DatabaseSwap databaseSwap;

    public DatabaseSwapper(Connection connection, DatabaseSwap databaseSwap) {
        this.connection = connection;
        this.databaseSwap = databaseSwap;
    }

    boolean done() throws SQLException {
        return name(databaseSwap.in()).filter(databaseSwap.name()::equals).isPresent();
    }

    public void run() throws SQLException {
        begin();
        if (done()) {
            return;
        }
        refuseOthers();
        if (databaseSwap.out() != null) {
            DatabasePropertyCopier.carryOver(connection, databaseSwap.name(), databaseSwap.incoming());
        }
        swap(new Names(databaseSwap.out() == null ? null : databaseSwap.aside(), databaseSwap.incoming()));
    }

    public boolean withdraw(String abandoned) throws SQLException {
        begin();
        Long out = databaseSwap.out();
        if (!done()) {
            if (out != null) {
                allow(connection, out, true);
            }
            if (name(databaseSwap.in()).filter(databaseSwap.incoming()::equals).isPresent()) {
                refuseTaken(abandoned);
                rename(databaseSwap.incoming(), abandoned);
            }
            return false;
        }
        refuseTaken(abandoned);
        if (out == null) {
            swap(new Names(abandoned, null));
        } else if (name(out).filter(databaseSwap.aside()::equals).isPresent()) {
            swap(new Names(abandoned, databaseSwap.aside()));
        } else {
            throw changed("the database that was put aside is not called \"" + databaseSwap.aside() + "\" any more");
        }
        return true;
    }

    private void begin() throws SQLException {
        Sql.run(connection, "SET lock_timeout = " + LOCK_MILLIS);
        lock();
    }

    /**
     * Which names change.
     *
     * @param aside that the holder of the name gets; null: nobody holds it
     * @param incoming that the next holder has; null: nobody gets it
     */
    private record Names(@Nullable String aside, @Nullable String incoming) {}

    /** Of two workers that exchange the same name the second waits for the first, or gives up. */
    private void lock() throws SQLException {
        String held = "SELECT pg_catalog.pg_try_advisory_lock(" + LOCKS + ", pg_catalog.hashtext("
                + Sql.literal(databaseSwap.name()) + "))";
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Sql.one(connection, held, row -> row.getBoolean(1))) {
            if (System.nanoTime() - deadline > 0) {
                throw HoldfastException.about(
                        databaseSwap.name(),
                        FailureCode.TARGET_BUSY,
                        "database \"" + databaseSwap.name()
                                + "\" is being exchanged by another worker; it is tried again");
            }
            pause();
        }
    }

    private void refuseOthers() throws SQLException {
        Optional<Long> holder = oid(databaseSwap.name());
        Optional<Long> expected = Optional.ofNullable(databaseSwap.out());
        if (!holder.equals(expected)) {
            throw changed(
                    expected.isEmpty()
                            ? "there is a database \"" + databaseSwap.name() + "\" now that was not there before"
                            : holder.isEmpty()
                                    ? "database \"" + databaseSwap.name() + "\" is not there any more"
                                    : "database \"" + databaseSwap.name() + "\" is another one than before");
        }
        if (!name(databaseSwap.in()).filter(databaseSwap.incoming()::equals).isPresent()) {
            throw changed("the database that was to become \"" + databaseSwap.name()
                    + "\" is not there any more, or not called \"" + databaseSwap.incoming() + "\"");
        }
        if (databaseSwap.out() != null) {
            refuseTaken(databaseSwap.aside());
        }
    }

    /** Before any session is ended for it. */
    private void refuseTaken(String name) throws SQLException {
        if (oid(name).isPresent()) {
            throw HoldfastException.about(
                    name,
                    FailureCode.TARGET_EXISTS,
                    "database \"" + name + "\" exists already; drop or rename it, then try again");
        }
    }

    private HoldfastException changed(String what) {
        return HoldfastException.about(
                databaseSwap.name(),
                FailureCode.TARGET_CHANGED,
                what + "; it was dropped, created or renamed meanwhile. Nothing was exchanged; restore again");
    }

    private void swap(Names names) throws SQLException {
        try {
            close(names);
            rename(names);
        } catch (SQLException | RuntimeException e) {
            reopenAfter(e, names);
            throw e;
        }
    }

    /** Nobody gets in, and whoever is in goes. */
    private void close(Names names) throws SQLException {
        List<String> closed = present(names);
        for (String name : closed) {
            Sql.run(connection, "ALTER DATABASE " + QualifiedName.quote(name) + " ALLOW_CONNECTIONS false");
        }
        // an autovacuum worker has no user, may not be ended by everybody, and RENAME ends it by itself
        String sessions = "SELECT pid::text FROM pg_catalog.pg_stat_activity WHERE datname IN (" + Sql.literals(closed)
                + ") AND pid <> pg_catalog.pg_backend_pid() AND usesysid IS NOT NULL";
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<String> open = Sql.strings(connection, sessions);
        while (!open.isEmpty()) {
            SQLException refused = end(open);
            pause();
            open = Sql.strings(connection, sessions);
            if (!open.isEmpty() && System.nanoTime() - deadline > 0) {
                if (refused != null) {
                    throw refused;
                }
                throw stillThere(open);
            }
        }
    }

    /** Tells them to end. What may not be told so, such as a superuser's session, may end by itself: it is said, not thrown. */
    private @Nullable SQLException end(List<String> sessions) throws SQLException {
        SQLException refused = null;
        for (String pid : sessions) {
            try {
                Sql.run(connection, "SELECT pg_catalog.pg_terminate_backend(" + pid + ")");
            } catch (SQLException e) {
                if (!SqlErrorTranslator.state(e).equals("42501")) {
                    throw e;
                }
                refused = e;
            }
        }
        return refused;
    }

    private HoldfastException stillThere(List<String> sessions) {
        return HoldfastException.about(
                databaseSwap.name(),
                FailureCode.TARGET_BUSY,
                "sessions of database \"" + databaseSwap.name() + "\" do not end (process ids "
                        + String.join(", ", sessions) + " on the server); end them there");
    }

    private List<String> present(Names names) {
        List<String> present = new ArrayList<>();
        if (names.aside() != null) {
            present.add(databaseSwap.name());
        }
        if (names.incoming() != null) {
            present.add(names.incoming());
        }
        return present;
    }

    private void rename(Names names) throws SQLException {
        Sql.run(connection, "BEGIN");
        try {
            if (names.aside() != null) {
                rename(databaseSwap.name(), names.aside());
            }
            if (names.incoming() != null) {
                rename(names.incoming(), databaseSwap.name());
                Sql.run(
                        connection,
                        "ALTER DATABASE " + QualifiedName.quote(databaseSwap.name()) + " ALLOW_CONNECTIONS true");
            }
            Sql.run(connection, "COMMIT");
        } catch (SQLException e) {
            if (!SqlErrorTranslator.connectionLost(e)) {
                Sql.run(connection, "ROLLBACK");
            }
            throw e;
        }
    }

    private void rename(String from, String to) throws SQLException {
        Sql.run(connection, "ALTER DATABASE " + QualifiedName.quote(from) + " RENAME TO " + QualifiedName.quote(to));
    }

    /** Whoever has the name, or was to get it. The failure that led here is the one to tell. */
    private void reopenAfter(Exception failure, Names names) {
        boolean interrupted = Thread.interrupted();
        try {
            for (String name : present(names)) {
                if (oid(name).isPresent()) {
                    Sql.run(connection, "ALTER DATABASE " + QualifiedName.quote(name) + " ALLOW_CONNECTIONS true");
                }
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    public static void allow(Connection connection, long oid, boolean connections) throws SQLException {
        for (String name : Sql.strings(connection, "SELECT datname FROM pg_catalog.pg_database WHERE oid = " + oid)) {
            Sql.run(connection, "ALTER DATABASE " + QualifiedName.quote(name) + " ALLOW_CONNECTIONS " + connections);
        }
    }

    /** Also tells an interrupt, which a wait would swallow. */
    private static void pause() {
        LockSupport.parkNanos(BETWEEN.toNanos());
        if (Thread.currentThread().isInterrupted()) {
            throw HoldfastException.of(FailureCode.CANCELLED, "the exchange of databases was interrupted");
        }
    }

    private Optional<String> name(long oid) throws SQLException {
        return Sql.strings(connection, "SELECT datname FROM pg_catalog.pg_database WHERE oid = " + oid).stream()
                .findFirst();
    }

    private Optional<Long> oid(String name) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT oid FROM pg_catalog.pg_database WHERE datname = " + Sql.literal(name),
                        row -> row.getLong(1))
                .stream()
                .findFirst();
    }

    /** Everything at once, so that nobody has to try again for the next. */
    public static List<Finding> obstacles(Connection connection, String database, String user) throws SQLException {
        String named = Sql.literal(database);
        List<Finding> found = new ArrayList<>();
        for (String right : Sql.strings(
                connection,
                "SELECT x FROM pg_catalog.pg_database d, pg_catalog.pg_roles r,"
                        + " LATERAL (VALUES"
                        + " ('own', pg_catalog.pg_has_role(r.oid, d.datdba, 'USAGE')),"
                        + " ('create databases', r.rolcreatedb),"
                        + " ('end sessions', pg_catalog.pg_has_role(r.oid, 'pg_signal_backend', 'USAGE')"
                        + "   OR NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid AND a.usesysid IS NOT"
                        + "   NULL AND NOT pg_catalog.pg_has_role(r.oid, a.usesysid, 'USAGE')))"
                        + ") v(x, has) WHERE d.datname = " + named
                        + " AND r.rolname = CURRENT_USER AND NOT r.rolsuper AND NOT has"
                        + " ORDER BY 1")) {
            found.add(right(database, user, right));
        }
        if (Sql.strings(connection, "SELECT pg_catalog.current_database()").contains(database)) {
            found.add(new Finding(
                    Finding.Kind.NOT_CARRIED,
                    database,
                    "database \"" + database
                            + "\" is the one in which Holdfast runs the statements about other databases,"
                            + " and a session cannot rename its own database; restore tables (--table) or into a new database"
                            + " (--into), or name another database as restore.maintenance-database of the source"));
        }
        lost(
                connection,
                found,
                database,
                "logical replication slot",
                "SELECT slot_name FROM pg_catalog.pg_replication_slots WHERE database = " + named);
        lost(
                connection,
                found,
                database,
                "subscription",
                "SELECT subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid"
                        + " WHERE d.datname = " + named);
        lost(
                connection,
                found,
                database,
                "prepared transaction",
                "SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = " + named);
        return found;
    }

    private static Finding right(String database, String user, String right) {
        String quoted = QualifiedName.quote(user);
        String what = switch (right) {
            case "own" -> "does not own database \"" + database + "\"; make it a member of the owner, or the owner";
            case "create databases" -> "may not create databases; run there: ALTER ROLE " + quoted + " CREATEDB";
            default -> "may not end the sessions of others; run there: GRANT pg_signal_backend TO " + quoted;
        };
        return new Finding(Finding.Kind.NOT_ON_TARGET, user, "role \"" + user + "\" " + what);
    }

    private static void lost(Connection connection, List<Finding> found, String database, String kind, String query)
            throws SQLException {
        for (String name : Sql.strings(connection, query)) {
            found.add(new Finding(
                    Finding.Kind.NOT_CARRIED,
                    name,
                    kind + " \"" + name + "\" belongs to database \"" + database
                            + "\" and cannot be carried over to the restored one; end or drop it first"));
        }
    }
}
