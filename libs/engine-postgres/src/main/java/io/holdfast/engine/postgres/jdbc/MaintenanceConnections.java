package io.holdfast.engine.postgres.jdbc;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connections for statements about other databases of a server. A managed server may lack the database {@code postgres}, or
 * refuse connections to it: the first database of a list that accepts a connection is used.
 */
public final class MaintenanceConnections {
    /** There is no such database; it accepts no connections; the role has no CONNECT; pg_hba.conf rejects this database. */
    private static final Set<String> NEXT = Set.of("3D000", "55000", "42501", "28000");

    private final List<ConnectionFactory> candidates;
    private volatile int used;

    public MaintenanceConnections(List<ConnectionFactory> candidates) {
        this.candidates = List.copyOf(candidates);
    }

    /** Fails with {@code TARGET_UNSUITABLE} if the server refuses each of the databases, or as {@link ConnectionFactory#open} does. */
    public Connection open() {
        List<String> refused = new ArrayList<>();
        @Nullable HoldfastException last = null;
        for (int i = used; i < candidates.size(); i++) {
            ConnectionFactory candidate = candidates.get(i);
            try {
                Connection connection = candidate.open();
                used = i;
                return connection;
            } catch (HoldfastException holdfastException) {
                if (candidates.size() == 1 || !isOfTheDatabase(holdfastException)) {
                    throw holdfastException;
                }
                refused.add(said(holdfastException));
                last = holdfastException;
            }
        }
        ConnectionFactory first = candidates.getFirst();
        throw HoldfastException.of(
                FailureCode.TARGET_UNSUITABLE,
                "server " + first.address.host() + ":" + first.address.port() + " has no database in which \""
                        + first.address.user() + "\" can create others: " + String.join("; ", refused)
                        + "; grant CONNECT on one of them, or name another one as restore.maintenance-database of the source",
                Objects.requireNonNull(last));
    }

    private static boolean isOfTheDatabase(HoldfastException holdfastException) {
        return holdfastException.getCause() instanceof SQLException e
                && NEXT.contains(SqlErrorTranslator.state(e))
                && (!SqlErrorTranslator.state(e).equals("28000")
                        || SqlErrorTranslator.said(e).contains("pg_hba.conf"));
    }

    private static String said(HoldfastException holdfastException) {
        return holdfastException.getCause() instanceof SQLException e
                ? SqlErrorTranslator.said(e)
                : String.valueOf(holdfastException.getMessage());
    }
}
