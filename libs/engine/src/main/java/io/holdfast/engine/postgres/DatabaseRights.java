package io.holdfast.engine.postgres;

import io.holdfast.engine.DatabaseGrant;
import io.holdfast.engine.QualifiedName;
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
final class DatabaseRights {
    private DatabaseRights() {}

    /** A superuser may act as everybody; others as those whose members they are, from 16 on if the membership lets them. */
    static Set<String> grantors(Connection connection, List<DatabaseGrant> grants) throws SQLException {
        Set<String> grantors = grants.stream()
                .map(DatabaseGrant::grantor)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
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
    static List<String> statements(String database, String owner, List<DatabaseGrant> grants, Set<String> grantors) {
        String name = QualifiedName.quote(database);
        List<String> statements = new ArrayList<>();
        statements.add("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC, " + QualifiedName.quote(owner));
        inOrder(grants.stream()
                        .map(grant -> mayGive(grant.grantor(), grantors) ? grant : grant.byOwner())
                        .toList())
                .forEach(grant -> statements.add(statement(name, grant)));
        return statements;
    }

    private static boolean mayGive(@Nullable String grantor, Set<String> grantors) {
        return grantor != null && grantors.contains(grantor);
    }

    /** What a role gives comes after the grant option by which it may. */
    private static List<DatabaseGrant> inOrder(List<DatabaseGrant> grants) {
        List<DatabaseGrant> left = new ArrayList<>(grants);
        List<DatabaseGrant> ordered = new ArrayList<>();
        List<DatabaseGrant> next;
        do {
            next = left.stream().filter(grant -> possible(grant, ordered)).toList();
            left.removeAll(next);
            ordered.addAll(next);
        } while (!next.isEmpty());
        // without its grant option, which was left out because the role was missing when somebody looked
        left.forEach(grant -> ordered.add(grant.byOwner()));
        return ordered;
    }

    private static boolean possible(DatabaseGrant grant, List<DatabaseGrant> before) {
        return grant.grantor() == null
                || before.stream()
                        .anyMatch(other -> other.grantable()
                                && other.privilege().equals(grant.privilege())
                                && Objects.equals(other.grantee(), grant.grantor()));
    }

    /** Sent at once: the server takes it as one transaction, so that the role is only taken for the grant. */
    private static String statement(String name, DatabaseGrant grant) {
        String statement = "GRANT " + grant.privilege() + " ON DATABASE " + name + " TO " + role(grant.grantee())
                + (grant.grantable() ? " WITH GRANT OPTION" : "");
        String grantor = grant.grantor();
        return grantor == null
                ? statement
                : "SET ROLE " + QualifiedName.quote(grantor) + "; " + statement + "; RESET ROLE";
    }

    static String role(@Nullable String grantee) {
        return grantee == null ? "PUBLIC" : QualifiedName.quote(grantee);
    }
}
