package io.holdfast.eventing.runtime;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/** Failures that only mean that the platform's database is away for a moment, such as during its restart. */
public final class DatabaseOutage {
    private static final int LONGEST_CHAIN = 20;

    private DatabaseOutage() {}

    /** Returns whether the failure or one of its causes is an outage of a database. */
    public static boolean causes(Throwable failure) {
        int links = 0;
        for (Throwable t = failure; t != null && links < LONGEST_CHAIN; t = t.getCause(), links++) {
            if (isOutage(t)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOutage(Throwable failure) {
        return switch (failure) {
            case PgException e -> isOutage(e.getSqlState());
            case ClosedConnectionException ignored -> true;
            case SQLTransientConnectionException ignored -> true;
            // Agroal reports that no connection could be had in time as an SQLException without a state
            case SQLException e ->
                isOutage(e.getSQLState()) || String.valueOf(e.getMessage()).contains("cquisition timeout");
            case SocketException ignored -> true;
            case SocketTimeoutException ignored -> true;
            case ClosedChannelException ignored -> true;
            case EOFException ignored -> true;
            default -> false;
        };
    }

    /** Class 08: connection; 57P01 to 57P03: the server stops, crashed or starts; 53300: too many connections. */
    private static boolean isOutage(@Nullable String sqlState) {
        return sqlState != null
                && (sqlState.startsWith("08") || sqlState.startsWith("57P0") || sqlState.equals("53300"));
    }
}
