package io.holdfast.engine.postgres.load;

import io.holdfast.engine.model.DatabaseSetting;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.SessionDefaults;
import io.holdfast.engine.postgres.database.DatabasePropertySql;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
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
final class LoaderSessionFactory {
    private static final String PINNED = "lc_monetary";
    private static final int REPORTS_AT_THE_END = 14;

    private final ConnectionFactory rows;
    private volatile List<DatabaseSetting> settings = List.of();

    LoaderSessionFactory(ConnectionFactory rows) {
        this.rows = rows;
    }

    /** What those that are opened from now on begin with. */
    void with(List<DatabaseSetting> wanted) {
        settings = wanted;
    }

    /**
     * The driver asks for a time zone and a style of its own when it connects, which go before the database's; and a
     * session may set what only a superuser may give a database.
     */
    Connection open() throws SQLException {
        Connection connection = rows.open();
        Sql.run(
                connection,
                "SET synchronous_commit = off; RESET bytea_output; RESET extra_float_digits; RESET IntervalStyle");
        List<String> statements = settings.stream()
                .filter(setting ->
                        SessionDefaults.has(setting) && !setting.name().equalsIgnoreCase(PINNED))
                .map(setting -> isStyle(setting)
                        ? "SET DateStyle = 'ISO" + order(setting.value()) + "'"
                        : DatabasePropertySql.assignment(setting))
                .toList();
        if (!attempt(connection, String.join("; ", statements))) {
            for (String statement : statements) {
                attempt(connection, statement);
            }
        }
        return connection;
    }

    private static boolean isStyle(DatabaseSetting setting) {
        return setting.name().equalsIgnoreCase("DateStyle");
    }

    /**
     * What to say before a statement, in the same message, so that it alone writes values as text like the source: servers
     * tell the driver at the end of a message, where it is over, that a style of dates has changed.
     */
    String asText(Connection connection) throws SQLException {
        String text =
                "SET LOCAL IntervalStyle = DEFAULT; SET LOCAL lc_monetary = DEFAULT; SET LOCAL array_nulls = DEFAULT;"
                        + " SET LOCAL quote_all_identifiers = DEFAULT; ";
        return connection.getMetaData().getDatabaseMajorVersion() < REPORTS_AT_THE_END
                ? text
                : settings.stream()
                        .filter(LoaderSessionFactory::isStyle)
                        .map(style -> text + "SET LOCAL DateStyle = " + Sql.literal(style.value()) + "; ")
                        .findFirst()
                        .orElse(text);
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
                setting -> DatabasePropertySql.setting(QualifiedName.quote(database), setting);
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
            if (SqlErrorTranslator.connectionLost(e)) {
                throw e;
            }
            return false;
        }
    }
}
