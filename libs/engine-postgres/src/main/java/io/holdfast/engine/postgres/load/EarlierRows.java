package io.holdfast.engine.postgres.load;

import io.holdfast.engine.SqlScript;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Removes what a database still holds of rows that were changed: in materialized views, dead rows and statistics. */
final class EarlierRows {
    /**
     * ANALYZE writes nothing for a table without rows, so that statistics of an autovacuum would stay. Only superusers may
     * delete them. If the role is not a superuser, the script fails for each such table whose statistics the role can read.
     */
    private static final String DELETE_STATISTICS = """
            DO $$
            DECLARE
                left_over text;
            BEGIN
                IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
                    DELETE FROM pg_catalog.pg_statistic s USING pg_catalog.pg_class c
                        WHERE c.oid = s.starelid AND c.reltuples <= 0 AND c.oid >= 16384;
                    DELETE FROM pg_catalog.pg_statistic_ext_data d
                        USING pg_catalog.pg_statistic_ext e, pg_catalog.pg_class c
                        WHERE e.oid = d.stxoid AND c.oid = e.stxrelid AND c.reltuples <= 0;
                    RETURN;
                END IF;
                SELECT pg_catalog.string_agg(DISTINCT pg_catalog.format('%I.%I', v.schemaname, v.tablename), ', ')
                    INTO left_over
                    FROM pg_catalog.pg_stats v
                    JOIN pg_catalog.pg_namespace n ON n.nspname = v.schemaname
                    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = v.tablename
                    WHERE c.reltuples <= 0 AND c.oid >= 16384;
                IF left_over IS NOT NULL THEN
                    RAISE EXCEPTION USING
                        ERRCODE = 'object_not_in_prerequisite_state',
                        MESSAGE = 'statistics of emptied tables keep earlier values: ' || left_over,
                        HINT = 'Restore by a superuser, or leave one row in each of them.';
                END IF;
            END
            $$""";

    private EarlierRows() {}

    /**
     * @param views the materialized views that hold rows. All are emptied before one is filled: a view that reads another by
     *     a function would else be filled from earlier rows
     * @param fill fills them
     * @return what could not be filled
     */
    static List<Finding> forget(ConnectionFactory owner, List<QualifiedName> views, Supplier<List<Finding>> fill) {
        ScriptRunner.run(
                owner,
                views.stream()
                        .map(view -> new SqlScript(
                                "emptying " + view, "REFRESH MATERIALIZED VIEW " + view.sql() + " WITH NO DATA"))
                        .toList());
        List<Finding> findings = new ArrayList<>(fill.get());
        ScriptRunner.run(
                owner,
                List.of(
                        new SqlScript("VACUUM", "VACUUM (ANALYZE)"),
                        new SqlScript("deleting statistics", DELETE_STATISTICS)));
        return findings;
    }
}
