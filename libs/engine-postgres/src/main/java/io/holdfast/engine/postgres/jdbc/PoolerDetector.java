package io.holdfast.engine.postgres.jdbc;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * Refuses poolers that give a server's session to whoever asks next: what a connection sets would not last from one
 * transaction to the next, and others' settings would change how rows look.
 */
public final class PoolerDetector {
    private static final String MARK = UUID.randomUUID().toString();

    /** Set with everything else that is pinned, so that it is there exactly where that is. */
    static final String MARKED = "SET holdfast.session = '" + MARK + "'";

    private PoolerDetector() {}

    /** Refuses, before anything is locked, connections whose statements do not all go to one server process of their own. */
    public static void lasting(Connection one, Connection other, String where) throws SQLException {
        // one after itself finds poolers that take turns, one after the other those that take the last one used
        List<Integer> processes = List.of(process(one), process(one), process(other), process(one), process(other));
        boolean first =
                processes.get(0).equals(processes.get(1)) && processes.get(0).equals(processes.get(3));
        boolean second = processes.get(2).equals(processes.get(4));
        if (!first || !second || processes.get(0).equals(processes.get(2))) {
            throw pooled(where);
        }
        check(one, where);
        check(other, where);
    }

    /** Refuses a connection that has lost what was set on it. In a transaction it holds for all of it. */
    public static void check(Connection connection, String where) throws SQLException {
        if (!Sql.strings(connection, "SELECT coalesce(pg_catalog.current_setting('holdfast.session', true), '')")
                .contains(MARK)) {
            throw pooled(where);
        }
    }

    public static int process(Connection connection) throws SQLException {
        return Sql.one(connection, "SELECT pg_catalog.pg_backend_pid()", row -> row.getInt(1));
    }

    private static HoldfastException pooled(String where) {
        return HoldfastException.of(
                FailureCode.SOURCE_UNSUPPORTED,
                where + " is a connection pooler in transaction mode, and a snapshot needs sessions that last; give the"
                        + " server's own address and port in the source's url (behind PgBouncer usually port 5432 and not"
                        + " 6432, at Supabase 5432 and not 6543, at Neon the host without \"-pooler\")");
    }
}
