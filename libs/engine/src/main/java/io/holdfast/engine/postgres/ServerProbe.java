package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.engine.DatabaseAddress;
import io.holdfast.engine.Password;
import java.sql.Connection;
import java.sql.SQLException;

/** The little that must be said to a server outside of snapshots and targets. */
public final class ServerProbe {
    private ServerProbe() {}

    /** Whether it takes connections now. */
    public static boolean accepts(DatabaseAddress address) {
        try {
            Connections.close(new Connections(address, Password.none(), "holdfast/probe", Side.TARGET).open());
            return true;
        } catch (Failure e) {
            return false;
        }
    }

    /** Runs one statement that returns nothing. */
    public static void run(DatabaseAddress address, Password password, String sql) {
        Connections connections = new Connections(address, password, "holdfast/probe", Side.TARGET);
        Connection connection = connections.open();
        try {
            Sql.run(connection, sql);
        } catch (SQLException e) {
            throw connections.failure("preparing " + address.shown(), null, e);
        } finally {
            Connections.close(connection);
        }
    }
}
