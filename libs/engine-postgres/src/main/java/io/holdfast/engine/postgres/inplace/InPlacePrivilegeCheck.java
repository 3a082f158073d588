package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the role may not do and must be able to. */
final class InPlacePrivilegeCheck {
    private final Connection connection;
    private final List<FailureReason> lacking = new ArrayList<>();

    InPlacePrivilegeCheck(Connection connection) {
        this.connection = connection;
    }

    List<FailureReason> lacking(List<TableRestoreSpec> units, List<ForeignKey> keys) throws SQLException {
        if (!is("pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')")) {
            lacking(
                    "",
                    "the role may not create a schema in the live database, where rows are staged; run there: GRANT CREATE"
                            + " ON DATABASE " + one("pg_catalog.quote_ident(pg_catalog.current_database())") + " TO "
                            + user());
        }
        boolean replica = TriggerSuppressor.replicaAllowed(connection);
        for (TableRestoreSpec unit : units) {
            for (QualifiedName altered : TriggerSuppressor.altered(connection, unit.live(), replica)) {
                owned(altered);
            }
        }
        for (TableRestoreSpec unit : units) {
            rights(unit.name(), needed(unit));
        }
        for (QualifiedName neighbour : neighbours(units, keys)) {
            rights(neighbour, List.of("SELECT"));
            if (!is("pg_catalog.has_table_privilege(" + Sql.literal(neighbour.sql())
                    + ", 'UPDATE, DELETE, TRUNCATE')")) {
                lacking(
                        neighbour.toString(),
                        "the role may not keep others from writing to " + neighbour
                                + " while foreign keys to or from it are checked; run there: GRANT UPDATE ON "
                                + neighbour.sql() + " TO " + user());
            }
        }
        return lacking;
    }

    private void owned(QualifiedName table) throws SQLException {
        if (!is("pg_catalog.pg_has_role((SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.oid = "
                + Sql.literal(table.sql()) + "::pg_catalog.regclass), 'USAGE')")) {
            lacking(
                    table.toString(),
                    "the role may not keep triggers of " + table
                            + " from acting on restored rows; restore as the table's owner (restore.user of the source), or"
                            + " run there (version 15 and later): GRANT SET ON PARAMETER session_replication_role TO "
                            + user());
        }
    }

    private static List<String> needed(TableRestoreSpec unit) {
        List<String> needed = new ArrayList<>(List.of("SELECT", "INSERT"));
        if (unit.updates()) {
            needed.add("UPDATE");
        }
        if (unit.deletes()) {
            needed.add("DELETE");
        }
        return needed;
    }

    /** Tables that foreign keys lead to or from, and that are not written. */
    static Set<QualifiedName> neighbours(List<TableRestoreSpec> units, List<ForeignKey> keys) {
        Set<QualifiedName> neighbours = new TreeSet<>();
        keys.forEach(key -> {
            neighbours.add(key.childName());
            neighbours.add(key.parentName());
        });
        units.forEach(unit -> neighbours.remove(unit.name()));
        return neighbours;
    }

    private void rights(QualifiedName table, List<String> rights) throws SQLException {
        List<String> missing = new ArrayList<>();
        for (String right : rights) {
            if (!is("pg_catalog.has_table_privilege(" + Sql.literal(table.sql()) + ", '" + right + "')")) {
                missing.add(right);
            }
        }
        if (!missing.isEmpty()) {
            String all = String.join(", ", missing);
            lacking(
                    table.toString(),
                    "the role lacks " + all + " on table " + table + "; run there: GRANT " + all + " ON " + table.sql()
                            + " TO " + user());
        }
    }

    private String user() throws SQLException {
        return one("pg_catalog.quote_ident(CURRENT_USER)");
    }

    private String one(String expression) throws SQLException {
        return Sql.one(connection, "SELECT " + expression, row -> row.getString(1));
    }

    private boolean is(String condition) throws SQLException {
        return Sql.one(connection, "SELECT " + condition, row -> row.getBoolean(1));
    }

    private void lacking(String object, String message) {
        lacking.add(new FailureReason(FailureCode.TARGET_PERMISSION_DENIED, message, object.isEmpty() ? null : object));
    }
}
