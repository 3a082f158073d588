package io.holdfast.engine.postgres.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.DatabaseSwap;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.MissingDependencies;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.InstalledExtension;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.RowRoleReference;
import io.holdfast.engine.postgres.database.DatabaseSwapper;
import io.holdfast.engine.postgres.database.SecurityLabelProviders;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.MaintenanceConnections;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.support.InterruptWatcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A server to restore to, by one short connection for each call. */
public final class PostgresTargetServer implements TargetServer {
    private final ConnectionFactory maintenance;
    private final MaintenanceConnections connections;
    private final String loader;
    private final PostgresTools tools;

    public PostgresTargetServer(
            DatabaseAddress address, PasswordSupplier password, String loader, PostgresTools tools) {
        this(address, List.of(address.database()), password, loader, tools);
    }

    /** @param databases the first of them that accepts a connection is used to create and rename others */
    public PostgresTargetServer(
            DatabaseAddress address,
            List<String> databases,
            PasswordSupplier password,
            String loader,
            PostgresTools tools) {
        this.maintenance = new ConnectionFactory(address, password, "holdfast/target", ConnectionRole.TARGET);
        this.connections = new MaintenanceConnections(databases.stream()
                .map(database -> new ConnectionFactory(
                        address.withDatabase(database), password, "holdfast/target", ConnectionRole.TARGET))
                .toList());
        this.loader = loader;
        this.tools = tools;
    }

    /** Work on a connection. */
    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private <T> T run(String doing, Work<T> work) {
        return run(connections.open(), doing, work);
    }

    private <T> T inside(String database, String doing, Work<T> work) {
        ConnectionFactory factory = new ConnectionFactory(
                maintenance.address.withDatabase(database),
                maintenance.password,
                maintenance.applicationName,
                ConnectionRole.TARGET);
        return run(factory.open(), doing, work);
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private <T> T run(Connection connection, String doing, Work<T> work) {
        try (InterruptWatcher.Watched watched = InterruptWatcher.watch(() -> ConnectionFactory.cancel(connection))) {
            return work.with(connection);
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw HoldfastException.of(FailureCode.CANCELLED, doing + " was cancelled", e);
            }
            throw maintenance.failure(doing, null, e);
        } finally {
            ConnectionFactory.close(connection);
        }
    }

    @Override
    public int serverMajor() {
        return run(
                "asking for the version", connection -> connection.getMetaData().getDatabaseMajorVersion());
    }

    @Override
    public boolean exists(String database) {
        return oid(database).isPresent();
    }

    @Override
    public List<String> databases(String prefix) {
        return run(
                "listing databases",
                connection -> Sql.list(
                        connection,
                        "SELECT datname FROM pg_catalog.pg_database WHERE pg_catalog.starts_with(datname, "
                                + Sql.literal(prefix) + ")",
                        row -> row.getString(1)));
    }

    @Override
    public Optional<Long> oid(String database) {
        return run(
                "looking for database " + database,
                connection -> Sql.list(
                                connection,
                                "SELECT oid FROM pg_catalog.pg_database WHERE datname = " + Sql.literal(database),
                                row -> row.getLong(1))
                        .stream()
                        .findFirst());
    }

    @Override
    public void suits(DatabaseDescriptor shape) {
        run("looking at the server", connection -> {
            suits(connection, shape);
            return true;
        });
    }

    @Override
    public boolean creates() {
        return run(
                "looking at the role's rights",
                connection -> Sql.one(
                        connection,
                        "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER",
                        row -> row.getBoolean(1)));
    }

    @Override
    public void create(String database, DatabaseDescriptor shape) {
        run("creating database " + database, connection -> {
            suits(connection, shape);
            try {
                int major = connection.getMetaData().getDatabaseMajorVersion();
                Sql.run(connection, createSql(database, shape, major, tablespaces(connection)));
            } catch (SQLException e) {
                throw creating(database, shape, e);
            }
            return true;
        });
    }

    @Override
    public boolean copy(String from, String to) {
        return run("copying database " + from + " to " + to, connection -> {
            Sql.run(
                    connection,
                    "CREATE DATABASE " + QualifiedName.quote(to) + " OWNER " + QualifiedName.quote(loader)
                            + " TEMPLATE " + QualifiedName.quote(from));
            return true;
        });
    }

    /** @param tablespaces of the server, which is of this major version */
    String createSql(String database, DatabaseDescriptor shape, int major, Set<String> tablespaces) {
        StringBuilder sql = new StringBuilder("CREATE DATABASE ")
                .append(QualifiedName.quote(database))
                .append(" OWNER ")
                .append(QualifiedName.quote(loader))
                .append(" TEMPLATE template0 ENCODING ")
                .append(Sql.literal(shape.encoding()))
                .append(" LC_COLLATE ")
                .append(Sql.literal(shape.collation()))
                .append(" LC_CTYPE ")
                .append(Sql.literal(shape.characterType()));
        if (major >= 15) {
            sql.append(" LOCALE_PROVIDER ").append(shape.localeProvider());
            String locale = shape.locale();
            if (locale != null && !shape.localeProvider().equals("libc")) {
                sql.append(shape.localeProvider().equals("icu") ? " ICU_LOCALE " : " BUILTIN_LOCALE ");
                sql.append(Sql.literal(locale));
            }
        }
        String rules = shape.icuRules();
        if (rules != null && major >= 16) {
            sql.append(" ICU_RULES ").append(Sql.literal(rules));
        }
        String tablespace = shape.tablespace();
        if (tablespace != null && tablespaces.contains(tablespace)) {
            sql.append(" TABLESPACE ").append(QualifiedName.quote(tablespace));
        }
        return sql.toString();
    }

    private static Set<String> tablespaces(Connection connection) throws SQLException {
        return new TreeSet<>(Sql.strings(connection, "SELECT spcname FROM pg_catalog.pg_tablespace"));
    }

    private static void suits(Connection connection, DatabaseDescriptor shape) throws SQLException {
        if (!shape.engine().equals(DatabaseDescriptor.POSTGRES)) {
            throw HoldfastException.of(
                    FailureCode.TARGET_UNSUITABLE,
                    "the backup is of engine " + shape.engine() + " and cannot become a PostgreSQL database; restore it"
                            + " on the server of a source of engine " + shape.engine());
        }
        int major = connection.getMetaData().getDatabaseMajorVersion();
        if (major < shape.serverMajor()) {
            throw HoldfastException.of(
                    FailureCode.TARGET_UNSUITABLE,
                    "the backup is from PostgreSQL " + shape.serverVersion() + " and the target is " + major
                            + "; restore to version " + shape.serverMajor() + " or later");
        }
        Set<String> missing = new TreeSet<>(
                shape.extensions().stream().map(InstalledExtension::name).toList());
        Sql.strings(connection, "SELECT name FROM pg_catalog.pg_available_extensions")
                .forEach(missing::remove);
        if (!missing.isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.TARGET_UNSUITABLE,
                    "the target server lacks the extensions " + String.join(", ", missing)
                            + "; install their packages there");
        }
        Set<String> roles = new TreeSet<>(Sql.strings(connection, "SELECT rolname FROM pg_catalog.pg_roles"));
        List<RowRoleReference> unknown = shape.rolesInRows().stream()
                .filter(row -> !roles.contains(row.role()))
                .toList();
        if (!unknown.isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.TARGET_UNSUITABLE,
                    "rows name roles that the target server lacks: "
                            + unknown.stream()
                                    .map(row -> row.role() + " (in " + row.column() + ")")
                                    .collect(Collectors.joining(", "))
                            + "; create them there (CREATE ROLE … NOLOGIN is enough), then restore again");
        }
    }

    private SQLException creating(String database, DatabaseDescriptor shape, SQLException e) {
        String state = SqlErrorTranslator.state(e);
        if (state.equals("42501")) {
            String user = maintenance.address.user();
            throw HoldfastException.about(
                    user,
                    FailureCode.TARGET_PERMISSION_DENIED,
                    "role \"" + user + "\" may not create database \"" + database + "\" on "
                            + maintenance.address.shown() + " (" + SqlErrorTranslator.said(e)
                            + "); run there: ALTER ROLE "
                            + QualifiedName.quote(user) + " CREATEDB");
        }
        if (state.equals("42P04")) {
            throw HoldfastException.of(
                    FailureCode.TARGET_EXISTS,
                    "database \"" + database + "\" exists on the target; choose another name, or drop it first",
                    e);
        }
        if (SqlErrorTranslator.said(e).contains("locale") || state.equals("42809")) {
            throw HoldfastException.of(
                    FailureCode.TARGET_UNSUITABLE,
                    "the target server cannot make a database with encoding "
                            + shape.encoding() + ", collation " + shape.collation() + ", ctype " + shape.characterType()
                            + " ("
                            + SqlErrorTranslator.said(e) + "); install that locale on its machine",
                    e);
        }
        return e;
    }

    @Override
    public List<String> missingRoles(Collection<String> roles) {
        return run("looking for roles", connection -> {
            Set<String> missing = new TreeSet<>(roles);
            Sql.strings(connection, "SELECT rolname FROM pg_catalog.pg_roles").forEach(missing::remove);
            return List.copyOf(missing);
        });
    }

    @Override
    public MissingDependencies lacks(DatabaseDescriptor shape) {
        Set<String> roles = new TreeSet<>(missingRoles(shape.roles()));
        return run("looking for tablespaces", connection -> {
            Set<String> tablespaces = new TreeSet<>(shape.tablespaces());
            tablespaces.removeAll(tablespaces(connection));
            Set<String> providers = new TreeSet<>();
            for (String provider : shape.labelProviders()) {
                if (!SecurityLabelProviders.isLoaded(connection, provider)) {
                    providers.add(provider);
                }
            }
            return new MissingDependencies(roles, tablespaces, providers, Set.copyOf(shape.leftOut()));
        });
    }

    @Override
    public void createRoles(Collection<String> roles) {
        List<String> missing = missingRoles(roles);
        boolean standIns = !loader.equals(maintenance.address.user());
        run("creating roles", connection -> {
            for (String role : missing) {
                createRole(connection, QualifiedName.quote(role));
            }
            if (standIns) {
                for (String role :
                        roles.stream().filter(name -> !name.startsWith("pg_")).toList()) {
                    standIn(connection, QualifiedName.quote(role));
                }
            }
            return true;
        });
    }

    /** That another came first with it, between the look and this, is as good. */
    static void createRole(Connection connection, String role) throws SQLException {
        try {
            Sql.run(connection, "CREATE ROLE " + role + " NOLOGIN");
        } catch (SQLException e) {
            // the second is said of two at the very same moment, by the catalog's index
            if (!SqlErrorTranslator.state(e).equals("42710")
                    && !SqlErrorTranslator.state(e).equals("23505")) {
                throw e;
            }
        }
    }

    /**
     * Views are filled as their owners, who may have been superusers at the source: here they may read everything
     * instead. The loader acts for every owner without being more than they are.
     */
    private void standIn(Connection connection, String role) throws SQLException {
        Sql.run(connection, "ALTER ROLE " + role + " BYPASSRLS");
        if (connection.getMetaData().getDatabaseMajorVersion() >= 14) {
            Sql.run(connection, "GRANT pg_read_all_data TO " + role);
        }
        Sql.run(connection, "GRANT " + role + " TO " + QualifiedName.quote(loader));
    }

    @Override
    public void drop(String database) {
        oid(database).map(DefinitionReparser::name).ifPresent(this::dropOne);
        dropOne(database);
    }

    private void dropOne(String database) {
        String name = QualifiedName.quote(database);
        run("dropping database " + database, connection -> {
            releaseForDrop(connection, database);
            boolean force = connection.getMetaData().getDatabaseMajorVersion() >= 13;
            if (!force) {
                Sql.run(
                        connection,
                        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
                                + " WHERE datname = " + Sql.literal(database));
            }
            Sql.run(connection, "DROP DATABASE IF EXISTS " + name + (force ? " WITH (FORCE)" : ""));
            return true;
        });
    }

    /** A template cannot be dropped, nor a database with subscriptions. Those are dropped without a word to publishers. */
    private void releaseForDrop(Connection connection, String database) throws SQLException {
        String named = " FROM pg_catalog.pg_database d WHERE d.datname = " + Sql.literal(database);
        if (Sql.strings(connection, "SELECT d.datistemplate" + named).contains("t")) {
            Sql.run(connection, "ALTER DATABASE " + QualifiedName.quote(database) + " IS_TEMPLATE false");
        }
        List<String> subscriptions = Sql.strings(
                connection,
                "SELECT s.subname FROM pg_catalog.pg_subscription s WHERE s.subdbid = (SELECT d.oid" + named + ")");
        if (subscriptions.isEmpty()) {
            return;
        }
        Connection inside = new ConnectionFactory(
                        maintenance.address.withDatabase(database),
                        maintenance.password,
                        maintenance.applicationName,
                        ConnectionRole.TARGET)
                .open();
        try {
            for (String subscription : subscriptions) {
                String name = "SUBSCRIPTION " + QualifiedName.quote(subscription);
                Sql.run(inside, "ALTER " + name + " DISABLE");
                // with a slot's name the publisher's slot would go too, and that may be the one in use
                Sql.run(inside, "ALTER " + name + " SET (slot_name = NONE)");
                Sql.run(inside, "DROP " + name);
            }
        } finally {
            ConnectionFactory.close(inside);
        }
    }

    @Override
    public void rename(String from, String to) {
        run("renaming database " + from + " to " + to, connection -> {
            try {
                Sql.run(
                        connection,
                        "ALTER DATABASE " + QualifiedName.quote(from) + " RENAME TO " + QualifiedName.quote(to));
            } catch (SQLException e) {
                if (SqlErrorTranslator.state(e).equals("42P04")) {
                    throw HoldfastException.of(
                            FailureCode.TARGET_EXISTS, "database \"" + to + "\" exists; choose another name", e);
                }
                throw e;
            }
            return true;
        });
    }

    @Override
    public List<Finding> obstacles(String database) {
        return run(
                "looking at database " + database,
                connection -> DatabaseSwapper.obstacles(connection, database, maintenance.address.user()));
    }

    @Override
    public List<Finding> missingRights(String database) {
        List<Finding> missing = new ArrayList<>(creationRights(Optional.of(database)));
        obstacles(database).stream()
                .filter(finding -> finding.kind() == Finding.Kind.NOT_ON_TARGET && !missing.contains(finding))
                .forEach(missing::add);
        return missing;
    }

    @Override
    public List<Finding> creationRights(Optional<String> like) {
        String user = maintenance.address.user();
        if (run("looking at the role's rights", RestoreRightsCheck::isSuperuser)) {
            return List.of();
        }
        List<Finding> missing = new ArrayList<>(
                run("looking at the role's rights", connection -> RestoreRightsCheck.creation(connection, user)));
        like.filter(this::exists).ifPresent(database -> missing.addAll(owners(database, user)));
        return missing;
    }

    /** A database that accepts no connection at the moment has no findings. */
    private List<Finding> owners(String database, String user) {
        try {
            return inside(
                    database,
                    "looking at the owners in database " + database,
                    connection -> RestoreRightsCheck.owners(connection, database, user));
        } catch (HoldfastException holdfastException) {
            String state = holdfastException.getCause() instanceof SQLException e ? SqlErrorTranslator.state(e) : "";
            return switch (state) {
                case "42501" -> List.of(RestoreRightsCheck.connection(database, user));
                case "55000" -> List.of();
                default -> throw holdfastException;
            };
        }
    }

    @Override
    public void exchange(DatabaseSwap databaseSwap) {
        run("exchanging database " + databaseSwap.name(), connection -> {
            new DatabaseSwapper(connection, databaseSwap).run();
            return true;
        });
    }

    @Override
    public boolean withdraw(DatabaseSwap databaseSwap, String abandoned) {
        return run(
                "withdrawing the exchange of database " + databaseSwap.name(),
                connection -> new DatabaseSwapper(connection, databaseSwap).withdraw(abandoned));
    }

    @Override
    public void reopen(long oid) {
        run("opening a database for connections", connection -> {
            DatabaseSwapper.allow(connection, oid, true);
            return true;
        });
    }

    @Override
    public void shut(String database) {
        run("closing database " + database, connection -> {
            try {
                Sql.run(connection, "ALTER DATABASE " + QualifiedName.quote(database) + " ALLOW_CONNECTIONS false");
            } catch (SQLException e) {
                if (!SqlErrorTranslator.state(e).equals("3D000")) {
                    throw e;
                }
            }
            return true;
        });
    }

    @Override
    public void closeToOthers(String database) {
        run("closing database " + database + " to other roles", connection -> {
            Sql.run(connection, "REVOKE ALL ON DATABASE " + QualifiedName.quote(database) + " FROM PUBLIC");
            if (!loader.equals(maintenance.address.user())) {
                Sql.run(
                        connection,
                        "GRANT CONNECT, TEMPORARY ON DATABASE " + QualifiedName.quote(database) + " TO "
                                + QualifiedName.quote(loader));
            }
            return true;
        });
    }

    /** Seen where the server lies on this machine. */
    @Override
    public Optional<Long> room() {
        if (!maintenance.address.local()) {
            return Optional.empty();
        }
        return run(
                "looking for room",
                connection -> Sql.list(
                                connection,
                                "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'data_directory'",
                                row -> row.getString(1))
                        .stream()
                        .filter(Objects::nonNull)
                        .map(Path::of)
                        .filter(Files::isDirectory)
                        .map(directory -> directory.toFile().getUsableSpace())
                        .findFirst());
    }

    @Override
    public PostgresTargetDatabase open(String database, LoadOptions options) {
        DatabaseAddress address = maintenance.address.withDatabase(database);
        ConnectionFactory owner =
                new ConnectionFactory(address, maintenance.password, options.applicationName(), ConnectionRole.TARGET);
        ConnectionFactory rows = new ConnectionFactory(
                address.withUser(loader), maintenance.password, options.applicationName(), ConnectionRole.TARGET);
        return new PostgresTargetDatabase(this, owner, rows, options, tools, serverMajor());
    }

    @Override
    public void close() {
        // holds nothing
    }
}
