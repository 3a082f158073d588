package io.holdfast.engine.postgres;

import io.holdfast.engine.DatabaseSetting;
import io.holdfast.engine.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Connections that rows are written on. What computes something of them (checks, generated columns, views) sees what the
 * database's users see; pinned is only what rows are read with.
 */
final class Filling {
    private final Connections rows;

    Filling(Connections rows) {
        this.rows = rows;
    }

    Connection open() throws SQLException {
        Connection connection = rows.open();
        Sql.run(connection, "SET synchronous_commit = off; RESET bytea_output; RESET extra_float_digits");
        // the driver asks for its own when it connects, before the database's are looked at
        for (DatabaseSetting setting : Catalog.settings(connection, "pg_catalog.current_database()")) {
            String name = setting.name().toLowerCase(Locale.ROOT);
            if (setting.role() == null && name.equals("timezone")) {
                attempt(connection, "SET TimeZone = " + Sql.literal(setting.value()));
            } else if (setting.role() == null && name.equals("datestyle")) {
                attempt(connection, "SET DateStyle = 'ISO" + order(setting.value()) + "'");
            }
        }
        return connection;
    }

    /** How {@code 02/01/2020} is read. The driver insists on how dates are written. */
    static String order(String dateStyle) {
        String style = dateStyle.toUpperCase(Locale.ROOT);
        if (style.contains("DMY") || style.contains("GERMAN") || style.matches(".*\\bEURO.*")) {
            return ", DMY";
        }
        if (style.contains("YMD")) {
            return ", YMD";
        }
        return style.contains("MDY") || style.contains("US") || style.contains("NONEURO") ? ", MDY" : "";
    }

    /** Gives a database all of them at once or, where one is refused, those that are not; answers which it has. */
    static List<DatabaseSetting> give(Connection connection, String database, List<DatabaseSetting> settings)
            throws SQLException {
        Function<DatabaseSetting, String> statement =
                setting -> DatabaseProperties.setting(QualifiedName.quote(database), setting);
        if (attempt(connection, settings.stream().map(statement).collect(Collectors.joining("; ")))) {
            return settings;
        }
        List<DatabaseSetting> given = new ArrayList<>();
        for (DatabaseSetting setting : settings) {
            if (attempt(connection, statement.apply(setting))) {
                given.add(setting);
            }
        }
        return given;
    }

    /** A server that does not know a setting, or not its value, does without it. */
    private static boolean attempt(Connection connection, String statement) throws SQLException {
        try {
            Sql.run(connection, statement);
            return true;
        } catch (SQLException e) {
            if (Failures.connectionLost(e)) {
                throw e;
            }
            return false;
        }
    }
}
