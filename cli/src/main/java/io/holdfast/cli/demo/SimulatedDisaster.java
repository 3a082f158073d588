package io.holdfast.cli.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A bad day: tickets deleted, a table dropped with what depends on it, invoices garbled, rows that nobody made. */
final class SimulatedDisaster {
    private SimulatedDisaster() {}

    /** @return what was done, in a line for people */
    static String strike(Connection portal) throws SQLException {
        try (Statement statement = portal.createStatement()) {
            int deleted = statement.executeUpdate("DELETE FROM tickets WHERE id > 1000");
            statement.execute("DROP TABLE payments CASCADE");
            int garbled = statement.executeUpdate(
                    "UPDATE invoices SET total = total * 10, notes = reverse(coalesce(notes, number)), status = 'void'");
            statement.executeUpdate("INSERT INTO clients (name, email) VALUES ('Mallory', 'mallory@evil.example')");
            return String.format(
                    "%,d tickets deleted, payments and two views on it dropped, %,d invoices garbled, a client added",
                    deleted, garbled);
        }
    }
}
