package io.holdfast.engine.postgres;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/** The little that must be said to a server outside of snapshots and targets. */
public final class ServerProbe {
    private ServerProbe() {}

    /** Whether it takes connections now. */
    public static boolean accepts(DatabaseAddress address) {
        try {
            ConnectionFactory.close(
                    new ConnectionFactory(address, PasswordSupplier.none(), "holdfast/probe", ConnectionRole.TARGET)
                            .open());
            return true;
        } catch (HoldfastException e) {
            return false;
        }
    }

    /** Runs one statement that returns nothing. */
    public static void run(DatabaseAddress address, PasswordSupplier password, String sql) {
        ConnectionFactory connections =
                new ConnectionFactory(address, password, "holdfast/probe", ConnectionRole.TARGET);
        Connection connection = connections.open();
        try {
            Sql.run(connection, sql);
        } catch (SQLException e) {
            throw connections.failure("preparing " + address.shown(), null, e);
        } finally {
            ConnectionFactory.close(connection);
        }
    }
}
