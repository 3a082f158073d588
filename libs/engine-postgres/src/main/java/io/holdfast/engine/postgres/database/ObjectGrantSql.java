package io.holdfast.engine.postgres.database;

import io.holdfast.engine.model.Grant;
import io.holdfast.engine.model.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rights on one object, each given by the role that gave it. */
public final class ObjectGrantSql {
    private ObjectGrantSql() {}

    /** @param object as GRANT names it */
    public static List<String> statements(String object, List<Grant> grants) {
        return inOrder(grants).stream().map(grant -> statement(object, grant)).toList();
    }

    /** What a role gives comes after the grant option by which it may. */
    private static List<Grant> inOrder(List<Grant> grants) {
        List<Grant> left = new ArrayList<>(grants);
        List<Grant> ordered = new ArrayList<>();
        List<Grant> next;
        do {
            next = left.stream().filter(grant -> possible(grant, ordered)).toList();
            left.removeAll(next);
            ordered.addAll(next);
        } while (!next.isEmpty());
        // without its grant option, which was left out because the role was missing when somebody looked
        left.forEach(grant -> ordered.add(grant.byOwner()));
        return ordered;
    }

    private static boolean possible(Grant grant, List<Grant> before) {
        return grant.grantor() == null
                || before.stream()
                        .anyMatch(other -> other.grantable()
                                && other.privilege().equals(grant.privilege())
                                && Objects.equals(other.grantee(), grant.grantor()));
    }

    /** Sent at once: the server takes it as one transaction, so that the role is only taken for the grant. */
    private static String statement(String object, Grant grant) {
        String statement = "GRANT " + grant.privilege() + " ON " + object + " TO " + role(grant.grantee())
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
