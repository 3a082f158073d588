package io.holdfast.engine.postgres.load;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.DatabaseSetting;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.Grant;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.database.DatabaseGrantSql;
import io.holdfast.engine.postgres.database.DatabasePropertySql;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Who may come into a restored database, how many, and with what settings. */
final class DatabaseAccessRestorer {
    /** A value, a name that is none any more, one that nobody knows, a missing right. */
    private static final Set<String> REFUSED = Set.of("22023", "42602", "42704", "42501");

    private final String database;
    private final String loader;
    private final DatabaseDescriptor shape;
    private final LoadOptions options;

    /** @param loader whose database it was so far */
    DatabaseAccessRestorer(String database, String loader, DatabaseDescriptor shape, LoadOptions options) {
        this.database = database;
        this.loader = loader;
        this.shape = shape;
        this.options = options;
    }

    /** Answers which settings the server refuses: one that it does not know is no fault of the backup. */
    List<Finding> give(Connection connection) throws SQLException {
        String name = QualifiedName.quote(database);
        Sql.run(connection, "ALTER DATABASE " + name + " RESET ALL");
        List<Finding> findings = new ArrayList<>();
        for (DatabaseSetting setting : shape.settings()) {
            String role = setting.role();
            if (role == null || !options.lacking().roles().contains(role)) {
                give(connection, setting, findings);
            }
        }
        for (String statement : rights(connection)) {
            Sql.run(connection, statement);
        }
        Sql.run(connection, "ALTER DATABASE " + name + " CONNECTION LIMIT " + shape.connectionLimit());
        return findings;
    }

    private void give(Connection connection, DatabaseSetting setting, List<Finding> findings) throws SQLException {
        try {
            Sql.run(connection, DatabasePropertySql.setting(QualifiedName.quote(database), setting));
        } catch (SQLException e) {
            if (!REFUSED.contains(SqlErrorTranslator.state(e))) {
                throw e;
            }
            // without its value, which may be a secret
            String subject = setting.role() == null ? "the database" : "role " + setting.role() + " in the database";
            findings.add(new Finding(
                    Finding.Kind.NOT_ON_TARGET,
                    setting.name(),
                    "the setting " + setting.name() + " of " + subject + " was refused by the target (SQLSTATE "
                            + SqlErrorTranslator.state(e)
                            + "): it has no such setting or value, or only a superuser may give it;"
                            + " set it there by ALTER " + (setting.role() == null ? "DATABASE" : "ROLE") + " … SET"));
        }
    }

    private List<String> rights(Connection connection) throws SQLException {
        List<Grant> grants = shape.grants();
        if (!options.privileges() || grants == null) {
            return List.of();
        }
        String owner = DatabasePropertySql.ownerKept(shape, options) ? shape.owner() : loader;
        List<Grant> given = grants(grants, owner);
        return DatabaseGrantSql.statements(database, owner, given, DatabaseGrantSql.grantors(connection, given));
    }

    /** What the owner may, whoever takes his place may. */
    private List<Grant> grants(List<Grant> grants, String owner) {
        return grants.stream()
                .map(grant -> shape.owner().equals(grant.grantee())
                        ? new Grant(owner, grant.privilege(), grant.grantable(), grant.grantor())
                        : grant)
                .filter(grant ->
                        grant.grantee() == null || !options.lacking().roles().contains(grant.grantee()))
                .toList();
    }
}
