package io.holdfast.engine.postgres.database;

import io.holdfast.engine.model.DatabaseSetting;
import io.holdfast.engine.model.Grant;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.CatalogReader;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What belongs to a database itself and not to what is in it: owner, grants, settings, connection limit, comment, labels. */
final class DatabasePropertyCopier {
    private DatabasePropertyCopier() {}

    /** Gives one database what another has now. One transaction: it has all of it or what it had before. */
    static void carryOver(Connection connection, String from, String to) throws SQLException {
        List<String> statements = Sql.one(
                connection,
                "SELECT pg_catalog.pg_get_userbyid(datdba), datconnlimit, pg_catalog.shobj_description(oid, 'pg_database'),"
                        + " datacl IS NULL FROM pg_catalog.pg_database WHERE datname = " + Sql.literal(from),
                row -> statements(
                        to,
                        new Had(Sql.text(row, 1), row.getInt(2), row.getString(3)),
                        CatalogReader.settings(connection, Sql.literal(from)),
                        labels(connection, from, to),
                        row.getBoolean(4)
                                ? defaultRights(connection, to, Sql.text(row, 1))
                                : rights(connection, from, to, Sql.text(row, 1))));
        Sql.run(connection, "BEGIN");
        try {
            for (String statement : statements) {
                Sql.run(connection, statement);
            }
            Sql.run(connection, "COMMIT");
        } catch (SQLException e) {
            if (!SqlErrorTranslator.connectionLost(e)) {
                Sql.run(connection, "ROLLBACK");
            }
            throw e;
        }
    }

    /** Those that the other has and none more. Whose provider is gone can be given to nothing, and must not be in the way. */
    private static List<String> labels(Connection connection, String from, String to) throws SQLException {
        Map<String, @Nullable String> labels = new TreeMap<>();
        CatalogReader.labels(connection, Sql.literal(to)).forEach(had -> labels.put(had.provider(), null));
        CatalogReader.labels(connection, Sql.literal(from))
                .forEach(label -> labels.put(label.provider(), label.label()));
        List<String> statements = new ArrayList<>();
        for (var label : labels.entrySet()) {
            if (SecurityLabelProviders.isLoaded(connection, label.getKey())) {
                statements.add(DatabasePropertySql.label(QualifiedName.quote(to), label.getKey(), label.getValue()));
            }
        }
        return statements;
    }

    private static List<String> rights(Connection connection, String from, String to, String owner)
            throws SQLException {
        List<Grant> grants = CatalogReader.grants(connection, Sql.literal(from));
        List<String> statements = revoked(connection, to);
        statements.addAll(
                DatabaseGrantSql.statements(to, owner, grants, DatabaseGrantSql.grantors(connection, grants)));
        return statements;
    }

    private static List<String> defaultRights(Connection connection, String to, String owner) throws SQLException {
        List<String> statements = revoked(connection, to);
        statements.add("GRANT CONNECT, TEMPORARY ON DATABASE " + QualifiedName.quote(to) + " TO PUBLIC");
        statements.add("GRANT ALL ON DATABASE " + QualifiedName.quote(to) + " TO " + QualifiedName.quote(owner));
        return statements;
    }

    private static List<String> revoked(Connection connection, String to) throws SQLException {
        return CatalogReader.grants(connection, Sql.literal(to)).stream()
                .map(Grant::grantee)
                .distinct()
                .map(grantee -> "REVOKE ALL ON DATABASE " + QualifiedName.quote(to) + " FROM "
                        + ObjectGrantSql.role(grantee) + " CASCADE")
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private record Had(
            String owner, int connectionLimit, @Nullable String comment) {}

    private static List<String> statements(
            String to, Had had, List<DatabaseSetting> settings, List<String> labels, List<String> rights) {
        String name = QualifiedName.quote(to);
        List<String> statements = new ArrayList<>();
        statements.add("ALTER DATABASE " + name + " OWNER TO " + QualifiedName.quote(had.owner()));
        statements.add("ALTER DATABASE " + name + " CONNECTION LIMIT " + had.connectionLimit());
        statements.add("COMMENT ON DATABASE " + name + " IS " + Sql.literal(had.comment()));
        statements.add("ALTER DATABASE " + name + " RESET ALL");
        statements.addAll(labels);
        settings.forEach(setting -> statements.add(DatabasePropertySql.setting(name, setting)));
        statements.addAll(rights);
        return statements;
    }
}
