package io.holdfast.engine.postgres.load;

import java.util.List;

/** Statements that let every role of a copy call the functions of the extension amcheck. */
final class StructureCheckInstaller {
    /** If the extension is in the database, it stays where it is, and the rights there as well. */
    static final List<String> STATEMENTS = List.of("""
            DO $$
            BEGIN
              IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'amcheck') THEN
                CREATE SCHEMA holdfast_amcheck;
                CREATE EXTENSION amcheck SCHEMA holdfast_amcheck;
                GRANT USAGE ON SCHEMA holdfast_amcheck TO PUBLIC;
                GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA holdfast_amcheck TO PUBLIC;
              END IF;
            END $$""");

    private StructureCheckInstaller() {}
}
