package io.holdfast.engine.postgres.catalog;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.DatabaseSetting;
import io.holdfast.engine.postgres.jdbc.BackgroundTask;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.postgres.tools.ToolProcess;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a session begins with, as far as what an expression yields depends on it: {@code at::date} on the time zone,
 * {@code day::text} on the style of dates. The driver gives its own sessions a time zone and a style, and the server does
 * not tell what they would have been; psql leaves them alone.
 */
public final class SessionDefaults {
    private static final List<String> NAMES = List.of(
            "bytea_output",
            "DateStyle",
            "default_text_search_config",
            "extra_float_digits",
            "IntervalStyle",
            "lc_monetary",
            "lc_numeric",
            "lc_time",
            "TimeZone",
            "timezone_abbreviations",
            "xmlbinary");
    private static final String QUERY = "SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN ("
            + Sql.literals(NAMES) + ") ORDER BY name COLLATE \"C\"";

    /** Whether a session has it by itself: one of these, or one that only functions of the database's users ask for. */
    public static boolean has(DatabaseSetting setting) {
        return setting.name().indexOf('.') >= 0 || NAMES.stream().anyMatch(setting.name()::equalsIgnoreCase);
    }

    private SessionDefaults() {}

    public static BackgroundTask<List<DatabaseSetting>> ask(ConnectionFactory source, PostgresTools tools) {
        return new BackgroundTask<>(
                "asking what sessions begin with", () -> said(source, tools.newest("psql")), settings -> {});
    }

    private static List<DatabaseSetting> said(ConnectionFactory source, Path psql) {
        List<String> arguments = new ArrayList<>(List.of(
                "--no-psqlrc",
                "--quiet",
                "--no-align",
                "--tuples-only",
                "--field-separator-zero",
                "--record-separator-zero",
                "--command=SET statement_timeout = 0",
                "--command=" + QUERY));
        arguments.addAll(ToolProcess.connection(source.address));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ToolProcess.Ended ended =
                new ToolProcess(psql, arguments, source.address, source.password, source.applicationName).run(said);
        if (ended.exit() != 0) {
            boolean full = SqlErrorTranslator.full(ended.errors());
            throw HoldfastException.of(
                    full ? source.connectionRole.unreachable : source.connectionRole.lost,
                    "psql could not ask " + source.address.shown() + " what its sessions begin with: " + ended.errors()
                            + (full ? SqlErrorTranslator.FULL : ""));
        }
        List<DatabaseSetting> settings = new ArrayList<>();
        String[] values = said.toString(StandardCharsets.UTF_8).split("\0", -1);
        for (int i = 0; i + 1 < values.length; i += 2) {
            settings.add(new DatabaseSetting(null, values[i], values[i + 1]));
        }
        return settings;
    }
}
