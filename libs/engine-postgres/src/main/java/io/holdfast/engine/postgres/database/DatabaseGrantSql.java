package io.holdfast.engine.postgres.database;

import io.holdfast.engine.model.Grant;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rights on a database itself, each given by the role that gave it. Where the connected role may not act as that one, the
 * owner gives it: who gave it is lost rather than the right.
 */
public final class DatabaseGrantSql {
    private DatabaseGrantSql() {}

    /** A superuser may act as everybody; others as those whose members they are, from 16 on if the membership lets them. */
    public static Set<String> grantors(Connection connection, List<Grant> grants) throws SQLException {
        Set<String> grantors =
                grants.stream().map(Grant::grantor).filter(Objects::nonNull).collect(Collectors.toSet());
        if (grantors.isEmpty()) {
            return grantors;
        }
        return Set.copyOf(
                Sql.strings(
                        connection,
                        "SELECT r.rolname FROM pg_catalog.pg_roles r WHERE r.rolname IN (" + Sql.literals(grantors)
                                + ") AND pg_catalog.pg_has_role(r.oid, CASE WHEN"
                                + " pg_catalog.current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)"));
    }

    /**
     * Instead of those that the server gives to everybody and the owner.
     *
     * @param grantors as whom rights may be given, of {@link #grantors}
     */
    public static List<String> statements(String database, String owner, List<Grant> grants, Set<String> grantors) {
        String name = QualifiedName.quote(database);
        List<String> statements = new ArrayList<>();
        statements.add("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC, " + QualifiedName.quote(owner));
        statements.addAll(ObjectGrantSql.statements("DATABASE " + name, possible(grants, grantors)));
        return statements;
    }

    public static List<Grant> possible(List<Grant> grants, Set<String> grantors) {
        return grants.stream()
                .map(grant -> mayGive(grant.grantor(), grantors) ? grant : grant.byOwner())
                .toList();
    }

    private static boolean mayGive(@Nullable String grantor, Set<String> grantors) {
        return grantor != null && grantors.contains(grantor);
    }
}
