package io.holdfast.engine.postgres.inplace;

import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Plans as people read them. */
final class InPlacePlanBuilder {
    private InPlacePlanBuilder() {}

    static InPlacePlan of(
            Connection connection, InPlaceSelection selection, DatabaseDescriptor backup, BackupColumnTypes types)
            throws SQLException {
        InPlacePlanner.Resolved resolved = InPlacePlanner.of(connection, selection, backup);
        return new InPlacePlan(
                selection,
                resolved.units().stream().map(InPlacePlanner::shown).toList(),
                resolved.keys().stream().map(key -> reference(key, resolved)).toList(),
                needed(connection, resolved),
                notes(connection, resolved, types),
                resolved.problems());
    }

    /** A part of a tree is no table without what it is a part of. */
    private static List<QualifiedName> needed(Connection connection, InPlacePlanner.Resolved resolved)
            throws SQLException {
        String written = resolved.tables().stream()
                .map(table -> table.oid() + "::pg_catalog.oid")
                .collect(Collectors.joining(", "));
        return written.isEmpty()
                ? List.of()
                : Sql.list(
                        connection,
                        "WITH RECURSIVE needed(oid) AS (SELECT pg_catalog.unnest(ARRAY[" + written
                                + "]) UNION SELECT next.oid"
                                + " FROM needed CROSS JOIN LATERAL (SELECT k.confrelid AS oid FROM pg_catalog.pg_constraint k"
                                + " WHERE k.conrelid = needed.oid AND k.contype = 'f' UNION ALL SELECT i.inhparent FROM"
                                + " pg_catalog.pg_inherits i WHERE i.inhrelid = needed.oid UNION ALL SELECT i.inhrelid FROM"
                                + " pg_catalog.pg_inherits i WHERE i.inhparent = needed.oid) next) SELECT n.nspname, c.relname"
                                + " FROM needed JOIN pg_catalog.pg_class c ON c.oid = needed.oid AND c.relkind IN ('r', 'p')"
                                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ORDER BY 1, 2",
                        row -> Sql.name(row, 1));
    }

    private static InPlacePlan.Reference reference(ForeignKey key, InPlacePlanner.Resolved resolved) {
        boolean from = resolved.tables().stream().anyMatch(key::leadsFrom);
        boolean to = resolved.tables().stream().anyMatch(key::leadsTo);
        return new InPlacePlan.Reference(
                key.name(),
                key.childName(),
                key.parentName(),
                from && to ? InPlacePlan.Kind.WITHIN : from ? InPlacePlan.Kind.TO_PARENT : InPlacePlan.Kind.FROM_CHILD);
    }

    private static List<String> notes(Connection connection, InPlacePlanner.Resolved resolved, BackupColumnTypes types)
            throws SQLException {
        List<String> notes = new ArrayList<>();
        for (TableRestoreSpec unit : resolved.units()) {
            note(
                    notes,
                    "table " + unit.name() + " has columns that the backup does not have: ",
                    unit.live().columns().stream()
                            .filter(column ->
                                    !column.generated() && !unit.columns().contains(column.name()))
                            .map(LiveTable.Column::name)
                            .toList(),
                    "; rows that are put back get their defaults, rows that are changed keep theirs");
            note(
                    notes,
                    "columns of table " + unit.name() + " have another type than in the backup: ",
                    unit.live().columns().stream()
                            .filter(column ->
                                    unit.parts().stream().anyMatch(part -> types.differs(part.name(), column)))
                            .map(column -> column.name() + " (" + column.type() + " now)")
                            .toList(),
                    "; staging refuses the table unless every value of the backup stays exactly what it is");
            note(
                    notes,
                    "materialized views read table " + unit.name()
                            + " and show its old rows until they are refreshed: ",
                    Sql.strings(connection, readers(unit.live())),
                    "");
        }
        return notes;
    }

    private static void note(List<String> notes, String what, List<String> names, String then) {
        if (!names.isEmpty()) {
            notes.add(what + String.join(", ", names) + then);
        }
    }

    private static String readers(LiveTable table) {
        return "WITH RECURSIVE reads(oid) AS (SELECT " + table.oid()
                + "::pg_catalog.oid UNION SELECT r.ev_class FROM reads"
                + " JOIN pg_catalog.pg_depend d ON d.refobjid = reads.oid AND d.refclassid ="
                + " 'pg_catalog.pg_class'::pg_catalog.regclass AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass"
                + " JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid) SELECT pg_catalog.format('%s.%s', n.nspname, c.relname)"
                + " FROM reads JOIN pg_catalog.pg_class c ON c.oid = reads.oid AND c.relkind = 'm' JOIN"
                + " pg_catalog.pg_namespace n ON n.oid = c.relnamespace ORDER BY 1";
    }
}
