package io.holdfast.engine.postgres.database;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.DatabaseSetting;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.SearchPath;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The statements that give a database what belongs to the database itself, under whatever name it has now. */
public final class DatabasePropertySql {
    /** Settings whose stored value is a list of quoted identifiers, as in the server's GUC_LIST_QUOTE. */
    private static final Set<String> LISTS = Set.of(
            "local_preload_libraries",
            "search_path",
            "session_preload_libraries",
            "shared_preload_libraries",
            "temp_tablespaces",
            "unix_socket_directories");

    /** They would keep others from writing, or from coming in, or be in the place of what pg_restore says. */
    private static final Set<String> OBSTRUCTING = Set.of(
            "default_table_access_method",
            "default_tablespace",
            "default_transaction_isolation",
            "default_transaction_read_only",
            "event_triggers",
            "local_preload_libraries",
            "role",
            "session_preload_libraries",
            "session_replication_role",
            "synchronous_commit");

    /**
     * A restore is begun again if the server dies, and whoever hands the database over waits for everything before: no
     * statement of pg_restore's has to.
     */
    public static final DatabaseSetting NOT_WAITING = new DatabaseSetting(null, "synchronous_commit", "off");

    /** Since 17: those ON login would act whenever the copy is read, and write to it before it is compared. */
    public static final DatabaseSetting NOT_FIRING = new DatabaseSetting(null, "event_triggers", "off");

    private DatabasePropertySql() {}

    /** What expressions depend on, for the time of a restore: the database's own settings go before what the server had. */
    public static List<DatabaseSetting> whileLoading(DatabaseDescriptor shape) {
        List<DatabaseSetting> own = shape.settings().stream()
                .filter(setting -> setting.role() == null && !obstructing(setting.name()))
                .toList();
        Set<String> names = own.stream().map(setting -> lower(setting.name())).collect(Collectors.toSet());
        // what older backups were restored with: they do not say
        List<DatabaseSetting> others =
                shape.session().isEmpty() ? List.of(new DatabaseSetting(null, "TimeZone", "UTC")) : shape.session();
        return Stream.concat(others.stream().filter(setting -> !names.contains(lower(setting.name()))), own.stream())
                .toList();
    }

    private static boolean obstructing(String name) {
        return OBSTRUCTING.contains(lower(name)) || lower(name).endsWith("_timeout");
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    public static boolean ownerKept(DatabaseDescriptor shape, LoadOptions options) {
        return options.owners()
                && !options.withheld()
                && !options.lacking().roles().contains(shape.owner());
    }

    public static List<String> statements(String database, DatabaseDescriptor shape, LoadOptions options) {
        String name = QualifiedName.quote(database);
        List<String> statements = new ArrayList<>();
        statements.add("COMMENT ON DATABASE " + name + " IS " + Sql.literal(shape.comment()));
        shape.labels().stream()
                .filter(label -> !options.lacking().labelProviders().contains(label.provider()))
                .forEach(label -> statements.add(label(name, label.provider(), label.label())));
        if (shape.template() && !options.withheld()) {
            statements.add("ALTER DATABASE " + name + " IS_TEMPLATE true");
        }
        if (ownerKept(shape, options)) {
            statements.add("ALTER DATABASE " + name + " OWNER TO " + QualifiedName.quote(shape.owner()));
        }
        return statements;
    }

    static String label(String name, String provider, @Nullable String label) {
        return "SECURITY LABEL FOR " + QualifiedName.quote(provider) + " ON DATABASE " + name + " IS "
                + Sql.literal(label);
    }

    public static String setting(String name, DatabaseSetting setting) {
        String role = setting.role();
        String subject = role == null
                ? "ALTER DATABASE " + name
                : "ALTER ROLE " + QualifiedName.quote(role) + " IN DATABASE " + name;
        return subject + " " + assignment(setting);
    }

    /** {@code SET name TO value}, as a session says it too. */
    public static String assignment(DatabaseSetting setting) {
        String parameter = Arrays.stream(setting.name().split("\\.", -1))
                .map(QualifiedName::quote)
                .collect(Collectors.joining("."));
        String value = LISTS.contains(setting.name())
                ? Sql.literals(SearchPath.elements(setting.value()))
                : Sql.literal(setting.value());
        return "SET " + parameter + " TO " + (value.isEmpty() ? "''" : value);
    }
}
