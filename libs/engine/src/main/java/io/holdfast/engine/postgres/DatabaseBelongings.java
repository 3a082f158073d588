package io.holdfast.engine.postgres;

import io.holdfast.engine.DatabaseGrant;
import io.holdfast.engine.DatabaseSetting;
import io.holdfast.engine.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What belongs to a database itself and not to what is in it: owner, grants, settings, connection limit, comment, labels. */
final class DatabaseBelongings {
    private DatabaseBelongings() {}

    /** Gives one database what another has now. One transaction: it has all of it or what it had before. */
    static void carryOver(Connection connection, String from, String to) throws SQLException {
        List<String> statements = Sql.one(
                connection,
                "SELECT pg_catalog.pg_get_userbyid(datdba), datconnlimit, pg_catalog.shobj_description(oid, 'pg_database'),"
                        + " datacl IS NULL FROM pg_catalog.pg_database WHERE datname = " + Sql.literal(from),
                row -> statements(
                        to,
                        new Had(Sql.text(row, 1), row.getInt(2), row.getString(3)),
                        Catalog.settings(connection, Sql.literal(from)),
                        labels(connection, from, to),
                        row.getBoolean(4) ? null : Catalog.grants(connection, Sql.literal(from)),
                        Catalog.grants(connection, Sql.literal(to))));
        Sql.run(connection, "BEGIN");
        try {
            for (String statement : statements) {
                Sql.run(connection, statement);
            }
            Sql.run(connection, "COMMIT");
        } catch (SQLException e) {
            if (!Failures.connectionLost(e)) {
                Sql.run(connection, "ROLLBACK");
            }
            throw e;
        }
    }

    /** Those that the other has and none more. Whose provider is gone can be given to nothing, and must not be in the way. */
    private static List<String> labels(Connection connection, String from, String to) throws SQLException {
        Map<String, @Nullable String> labels = new TreeMap<>();
        Catalog.labels(connection, Sql.literal(to)).forEach(had -> labels.put(had.provider(), null));
        Catalog.labels(connection, Sql.literal(from)).forEach(label -> labels.put(label.provider(), label.label()));
        List<String> statements = new ArrayList<>();
        for (var label : labels.entrySet()) {
            if (LabelProviders.isLoaded(connection, label.getKey())) {
                statements.add(DatabaseProperties.label(QualifiedName.quote(to), label.getKey(), label.getValue()));
            }
        }
        return statements;
    }

    private record Had(
            String owner, int connectionLimit, @Nullable String comment) {}

    private static List<String> statements(
            String to,
            Had had,
            List<DatabaseSetting> settings,
            List<String> labels,
            @Nullable List<DatabaseGrant> grants,
            List<DatabaseGrant> before) {
        String name = QualifiedName.quote(to);
        List<String> statements = new ArrayList<>();
        statements.add("ALTER DATABASE " + name + " OWNER TO " + QualifiedName.quote(had.owner()));
        statements.add("ALTER DATABASE " + name + " CONNECTION LIMIT " + had.connectionLimit());
        statements.add("COMMENT ON DATABASE " + name + " IS " + Sql.literal(had.comment()));
        statements.add("ALTER DATABASE " + name + " RESET ALL");
        statements.addAll(labels);
        settings.forEach(setting -> statements.add(DatabaseProperties.setting(name, setting)));
        before.stream()
                .map(DatabaseGrant::grantee)
                .distinct()
                .forEach(grantee -> statements.add("REVOKE ALL ON DATABASE " + name + " FROM " + role(grantee)));
        if (grants == null) {
            statements.add("GRANT CONNECT, TEMPORARY ON DATABASE " + name + " TO PUBLIC");
            statements.add("GRANT ALL ON DATABASE " + name + " TO " + QualifiedName.quote(had.owner()));
        } else {
            statements.add("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
            grants.forEach(grant -> statements.add(DatabaseProperties.grant(name, grant)));
        }
        return statements;
    }

    private static String role(@Nullable String grantee) {
        return grantee == null ? "PUBLIC" : QualifiedName.quote(grantee);
    }
}
