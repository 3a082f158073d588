package io.holdfast.engine.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a database is, beside its schema dump and its rows: everything a restore or a comparison needs to know.
 *
 * @param engine {@code postgres} or {@code sqlite}
 * @param serverVersion as the server prints it ({@code 15.20})
 * @param serverMajor its major version
 * @param database its name
 * @param owner the role that owns the database
 * @param encoding,collation,characterType as {@code CREATE DATABASE} takes them
 * @param localeProvider {@code libc}, {@code icu} or {@code builtin}
 * @param locale the ICU or builtin locale, if the provider has one
 * @param connectionLimit -1: no limit
 * @param template whether anybody may copy it
 * @param tablespace where it lies; null: the server's default
 * @param tablespaces that it or something in it lies in, without the server's own
 * @param labelProviders whose security labels it has
 * @param grants null: never granted or revoked, the server's default stands
 * @param roles every role that owns something, is granted something, or is named by a setting or a policy
 * @param tables in the order of their qualified names
 * @param populatedViews materialized views that hold rows, each after those it reads
 * @param rolesInRows roles that rows name
 * @param leftOut what the schema dump has and a copy cannot have, because of the scope
 * @param labels of the database itself
 * @param session what the sessions of its users begin with, as far as what expressions yield depends on it
 * @param searchPath schemas that the source's sessions search, with {@code $user} as it is; null: older backups do not say
 * @param icuRules that its collation adds to its ICU locale's; null: none, or a server before 16
 */
public record DatabaseDescriptor(
        String engine,
        String serverVersion,
        int serverMajor,
        String database,
        String owner,
        String encoding,
        String collation,
        String characterType,
        String localeProvider,
        @Nullable String locale,
        int connectionLimit,
        @Nullable String comment,
        boolean template,
        @Nullable String tablespace,
        List<String> tablespaces,
        List<String> labelProviders,
        List<DatabaseSetting> settings,
        @Nullable List<Grant> grants,
        List<InstalledExtension> extensions,
        List<String> roles,
        List<TableDescriptor> tables,
        List<SequenceState> sequences,
        List<QualifiedName> populatedViews,
        List<Finding> findings,
        @Nullable List<RowRoleReference> rolesInRows,
        @Nullable List<ExcludedObject> leftOut,
        @Nullable List<DatabaseSecurityLabel> labels,
        @Nullable List<DatabaseSetting> session,
        @Nullable String icuRules,
        @Nullable List<String> searchPath) {

    /** {@link #engine} of a PostgreSQL database. */
    public static final String POSTGRES = "postgres";

    /** {@link #engine} of a SQLite file. */
    public static final String SQLITE = "sqlite";

    public DatabaseDescriptor {
        tablespaces = List.copyOf(tablespaces);
        labelProviders = List.copyOf(labelProviders);
        settings = List.copyOf(settings);
        grants = grants == null ? null : List.copyOf(grants);
        extensions = List.copyOf(extensions);
        roles = List.copyOf(roles);
        tables = List.copyOf(tables);
        sequences = List.copyOf(sequences);
        populatedViews = List.copyOf(populatedViews);
        findings = List.copyOf(findings);
        rolesInRows = rolesInRows == null ? List.of() : List.copyOf(rolesInRows);
        leftOut = leftOut == null ? List.of() : List.copyOf(leftOut); // older backups say nothing of it
        labels = labels == null ? List.of() : List.copyOf(labels);
        session = session == null ? List.of() : List.copyOf(session);
        searchPath = searchPath == null ? null : List.copyOf(searchPath);
    }

    @Override
    public List<RowRoleReference> rolesInRows() {
        return rolesInRows == null ? List.of() : rolesInRows;
    }

    @Override
    public List<ExcludedObject> leftOut() {
        return leftOut == null ? List.of() : leftOut;
    }

    @Override
    public List<DatabaseSecurityLabel> labels() {
        return labels == null ? List.of() : labels;
    }

    @Override
    public List<DatabaseSetting> session() {
        return session == null ? List.of() : session;
    }

    /** @return the value of a setting of the database, if the backup has it */
    public Optional<String> setting(String name) {
        return settings.stream()
                .filter(setting -> setting.name().equals(name))
                .map(DatabaseSetting::value)
                .findFirst();
    }
}
