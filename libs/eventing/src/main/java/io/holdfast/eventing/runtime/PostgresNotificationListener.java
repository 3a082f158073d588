package io.holdfast.eventing.runtime;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Notifications of PostgreSQL on one connection, which the caller keeps for as long as it listens. */
public final class PostgresNotificationListener {
    /** How long a stop may have to wait. */
    private static final int SLICE_MILLIS = 200;

    private final PGConnection connection;

    private PostgresNotificationListener(PGConnection connection) {
        this.connection = connection;
    }

    /** Listens to {@code <prefix>_<schema>}, so that services which share a database do not wake each other. */
    public static PostgresNotificationListener listen(Connection connection, String prefix) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet schema =
                        statement.executeQuery("select quote_ident('" + prefix + "_' || current_schema())")) {
            schema.next();
            String channel = schema.getString(1);
            statement.execute("listen " + channel);
        }
        return new PostgresNotificationListener(connection.unwrap(PGConnection.class));
    }

    /**
     * Waits for a signal.
     *
     * @return false if none came in that time, or {@code going} ended
     * @throws SQLException the connection is gone
     */
    public boolean await(Duration patience, BooleanSupplier going) throws SQLException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (going.getAsBoolean()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            PGNotification[] signals = connection.getNotifications((int) Math.min(left, SLICE_MILLIS));
            if (signals != null && signals.length > 0) {
                return true;
            }
        }
        return false;
    }
}
