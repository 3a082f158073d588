package io.holdfast.engine.postgres.export;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.SqlScriptWriter;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.SequenceState;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.catalog.LargeObjectQueries;
import io.holdfast.engine.postgres.catalog.SessionDefaults;
import io.holdfast.engine.postgres.database.DatabasePropertySql;
import io.holdfast.engine.postgres.dump.DumpSections;
import io.holdfast.engine.postgres.dump.OmittedDumpEntries;
import io.holdfast.engine.postgres.dump.SchemaDumpParser;
import io.holdfast.engine.postgres.dump.SchemaDumpParser.Entry;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.postgres.tools.ToolProcess;
import io.holdfast.engine.rows.RowSource;
import io.holdfast.engine.support.ProcessTempDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** For psql: definitions as pg_restore writes them, rows as the COPY text they are. */
public final class PsqlScriptWriter implements SqlScriptWriter {
    /** The settings that the rows were read with; pg_restore's own statements set some of them otherwise. */
    private static final String SETTINGS = """
            SET client_encoding = 'UTF8';
            SET standard_conforming_strings = on;
            SET lc_monetary = 'C';
            SET xmloption = content;
            SET row_security = off;
            """;

    private static final String CREATE =
            "SELECT pg_catalog.count(pg_catalog.lo_create(r.id)) FROM (SELECT DISTINCT %s AS id"
                    + " FROM pg_temp.holdfast_rows) r WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata m WHERE"
                    + " m.oid = r.id);\n";
    private static final String PAGES = CREATE.formatted("loid")
            + "SELECT pg_catalog.count(pg_catalog.lo_put(loid, pageno::bigint * " + LargeObjectQueries.PAGE
            + ", data)) FROM pg_temp.holdfast_rows;\n";
    private static final String SIZES = CREATE.formatted("oid") + LargeObjectQueries.resize("pg_temp.holdfast_rows")
            + ";\nDO $$ DECLARE o record; BEGIN FOR o IN SELECT oid, comment FROM pg_temp.holdfast_rows WHERE comment IS NOT"
            + " NULL LOOP EXECUTE pg_catalog.format('COMMENT ON LARGE OBJECT %s IS %L', o.oid, o.comment); END LOOP; END"
            + " $$;\n";

    /** As a restore does it: one that reads another by a function waits for it, one that cannot be filled is said. */
    private static final String FILL = """
            DECLARE
              waiting text[] := ARRAY[<names>];
              failed text[];
              reasons text[];
              name text;
            BEGIN
              LOOP
                failed := '{}';
                reasons := '{}';
                FOREACH name IN ARRAY waiting LOOP
                  BEGIN
                    EXECUTE 'REFRESH MATERIALIZED VIEW ' || name;
                  EXCEPTION
                    WHEN insufficient_resources THEN RAISE;
                    WHEN OTHERS THEN failed := failed || name; reasons := reasons || SQLERRM;
                  END;
                END LOOP;
                EXIT WHEN pg_catalog.cardinality(failed) IN (0, pg_catalog.cardinality(waiting));
                waiting := failed;
              END LOOP;
              FOR i IN 1 .. pg_catalog.cardinality(failed) LOOP
                RAISE WARNING 'materialized view % is not filled: %', failed[i], reasons[i];
              END LOOP;
            END""";

    private final PostgresTools tools;
    private final DatabaseDescriptor shape;

    private final ScriptFunctionPaths functionPaths;

    /** Tables that need functions of the database's own. */
    private @Nullable Set<QualifiedName> withCode;

    public PsqlScriptWriter(PostgresTools tools, DatabaseDescriptor shape) {
        this.tools = tools;
        this.shape = shape;
        this.functionPaths = new ScriptFunctionPaths(shape);
    }

    @Override
    public void begin(OutputStream out) throws IOException {
        print(
                out,
                "-- for psql -v ON_ERROR_STOP=1, into an empty database made by a superuser or its owner:\n"
                        + "--   CREATE DATABASE … TEMPLATE template0 ENCODING '" + shape.encoding() + "' LC_COLLATE '"
                        + shape.collation() + "' LC_CTYPE '" + shape.characterType() + "'\n\n" + sourceSettings()
                        + settings());
    }

    /** What checks, generated columns, indexes and views may depend on, as far as the server and the role allow it. */
    private String sourceSettings() {
        return DatabasePropertySql.whileLoading(shape).stream()
                .filter(SessionDefaults::has)
                .map(setting -> "BEGIN PERFORM pg_catalog.set_config(" + Sql.literal(setting.name()) + ", "
                        + Sql.literal(setting.value()) + ", false); EXCEPTION WHEN OTHERS THEN RAISE WARNING"
                        + " 'without the source''s setting %: %', " + Sql.literal(setting.name())
                        + ", SQLERRM; END")
                .map(block -> "DO " + Sql.literal(block) + ";\n")
                .collect(Collectors.joining("", "", "\n"));
    }

    @Override
    public void tables(Path schemaDump, OutputStream out) throws IOException {
        List<Entry> before = parts(schemaDump).before();
        int first = 0;
        while (first < before.size() && !before.get(first).type().endsWith("TABLE")) {
            first++;
        }
        // a function may be inlined into the generated column of a table
        boolean calling =
                before.subList(0, first).stream().anyMatch(entry -> entry.type().equals("FUNCTION"));
        entries(before.subList(0, first), schemaDump, out);
        print(out, calling ? functionPaths.give() : "");
        entries(before.subList(first, before.size()), schemaDump, out);
        print(out, (calling ? functionPaths.reset() : "") + settings());
    }

    /** Names in the script have their schemas: only bodies of functions search the path. */
    private String settings() {
        return SETTINGS + "SELECT pg_catalog.set_config('search_path', " + Sql.literal(functionPaths.sessionPath())
                + ", false);\n\n";
    }

    private void entries(List<Entry> entries, Path dump, OutputStream out) throws IOException {
        if (entries.isEmpty()) {
            return;
        }
        Path list = ProcessTempDirectory.file("toc-", "");
        try {
            Files.write(list, entries.stream().map(Entry::listed).toList());
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            restore(
                    List.of(
                            "--no-owner",
                            "--no-privileges",
                            "--no-tablespaces",
                            "--use-list=" + list,
                            "--file=-",
                            dump.toString()),
                    text);
            String script = text.toString(StandardCharsets.UTF_8);
            print(out, shape.serverMajor() < 17 ? SchemaDumpParser.before17(script) : script);
        } finally {
            Files.deleteIfExists(list);
        }
    }

    /** Without the schema that every new database has, and without what needs something that the scope left out. */
    private DumpSections parts(Path dump) {
        List<Entry> all = rendered(dump, "--verbose");
        Set<Integer> outside = OmittedDumpEntries.outside(all, Set.copyOf(shape.leftOut()));
        Set<Integer> postData = rendered(dump, "--verbose", "--section=post-data").stream()
                .map(Entry::id)
                .collect(Collectors.toSet());
        return DumpSections.of(all, postData).where(entry -> !entry.publicSchema() && !outside.contains(entry.id()));
    }

    private List<Entry> rendered(Path dump, String... how) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(List.of(how));
        arguments.addAll(List.of("--file=-", dump.toString()));
        restore(arguments, text);
        return SchemaDumpParser.entries(text.toString(StandardCharsets.UTF_8));
    }

    private void restore(List<String> arguments, OutputStream out) {
        ToolProcess.Ended ended = new ToolProcess(
                        tools.newest("pg_restore"), arguments, null, PasswordSupplier.none(), "holdfast")
                .run(out);
        if (ended.exit() != 0) {
            throw HoldfastException.of(
                    FailureCode.TOOL_FAILED, "pg_restore could not read the schema dump: " + ended.errors());
        }
    }

    /** A check may read other tables by a function, which have to be there. */
    @Override
    public int turn(TableDescriptor table, Path schemaDump) {
        if (!table.ordinary()) {
            return 2;
        }
        QualifiedName root = table.root();
        return withCode(schemaDump).contains(root == null ? table.name() : root) ? 1 : 0;
    }

    private Set<QualifiedName> withCode(Path schemaDump) {
        Set<QualifiedName> known = withCode;
        if (known == null) {
            List<Entry> all = rendered(schemaDump, "--verbose");
            Set<Integer> needy = all.stream()
                    .filter(entry -> entry.type().equals("FUNCTION"))
                    .map(Entry::id)
                    .collect(Collectors.toSet());
            SchemaDumpParser.addDependents(needy, all);
            known = all.stream()
                    .filter(entry -> entry.type().equals("TABLE") && needy.contains(entry.id()))
                    .map(entry -> new QualifiedName(entry.schema(), entry.name()))
                    .collect(Collectors.toSet());
            withCode = known;
        }
        return known;
    }

    /** Through the root of a partition tree: which leaf is a row's may differ between databases. */
    @Override
    public void rows(TableDescriptor table, long rows, RowSource source, OutputStream out) throws IOException {
        QualifiedName root = table.root();
        if (table.kind() == TableDescriptor.Kind.LARGE_OBJECTS) {
            largeObjects("loid oid, pageno int, data bytea", PAGES, source, out);
            return;
        }
        if (table.kind() == TableDescriptor.Kind.LARGE_OBJECT_METADATA) {
            largeObjects(LargeObjectQueries.metadataTypes(table), SIZES, source, out);
            return;
        }
        String into = (root == null ? table.name() : root).sql();
        if (table.columns().isEmpty()) {
            print(out, "INSERT INTO " + into + " SELECT FROM pg_catalog.generate_series(1, " + rows + ");\n\n");
            return;
        }
        copy(into + " (" + Sql.columns(table.columns()) + ")", source, out);
    }

    private static void copy(String into, RowSource source, OutputStream out) throws IOException {
        print(out, "COPY " + into + " FROM stdin;\n");
        try (InputStream in = source.open()) {
            in.transferTo(out);
        }
        print(out, "\\.\n\n");
    }

    /** Pages and sizes each make the objects that are not there yet, so that their order does not matter. */
    private static void largeObjects(String columns, String making, RowSource source, OutputStream out)
            throws IOException {
        print(out, "CREATE TEMPORARY TABLE holdfast_rows (" + columns + ");\n");
        copy("pg_temp.holdfast_rows", source, out);
        print(out, making + "DROP TABLE pg_temp.holdfast_rows;\n\n");
    }

    @Override
    public void rest(Path schemaDump, OutputStream out) throws IOException {
        List<Entry> after = parts(schemaDump).after();
        print(out, functionPaths.give());
        entries(after.stream().filter(entry -> !entry.eventTrigger()).toList(), schemaDump, out);
        List<String> statements = new ArrayList<>();
        statements.add(sourceSettings());
        statements.add("SET row_security = on;\n");
        statements.add(fill(shape.populatedViews()));
        // after the views, which may draw from them
        for (SequenceState sequence : shape.sequences()) {
            statements.add(
                    "SELECT pg_catalog.setval(" + Sql.literal(sequence.name().sql()) + ", " + sequence.lastValue()
                            + ", " + sequence.called() + ");\n");
        }
        statements.add(functionPaths.reset());
        print(out, String.join("", statements));
        // they would act on what is done before, or refuse it
        entries(after.stream().filter(Entry::eventTrigger).toList(), schemaDump, out);
    }

    private static String fill(List<QualifiedName> views) {
        if (views.isEmpty()) {
            return "";
        }
        String names = views.stream().map(view -> Sql.literal(view.sql())).collect(Collectors.joining(", "));
        return "DO " + Sql.literal(FILL.replace("<names>", names)) + ";\n";
    }

    @Override
    public void end(OutputStream out) throws IOException {
        // a foreign partition that cannot be reached from there would make it fail
        print(out, "\\set ON_ERROR_STOP off\nANALYZE;\n");
    }

    private static void print(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
