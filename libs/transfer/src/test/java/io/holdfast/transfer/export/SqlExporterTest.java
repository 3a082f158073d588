package io.holdfast.transfer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.transfer.Bench;
import io.holdfast.transfer.Program;
import io.holdfast.transfer.Servers;
import io.holdfast.transfer.Shop;
import io.holdfast.transfer.SqliteBench;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.MemoryObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An export loads with the engine's own program into an empty database, which then equals the backup; in 256 MB of heap. */
class SqlExporterTest {
    private static final String[] NOTES = {
        "PRAGMA user_version = 7",
        "PRAGMA application_id = 99",
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE kinds (a, b TEXT, r REAL)",
        "INSERT INTO kinds VALUES (1, 'it''s', 0.1), (NULL, 'two' || char(10) || 'lines; ' || char(13), 1e300),"
                + " (9e999, 'a' || char(0) || 'b', -9e999), (-0.0, CAST(x'c328' AS TEXT), 5e-324), (x'00ff', '', 3),"
                + " (1.7976931348623157e308, 'ünïcode 𝄞', 2.2250738585072014e-308), (-9223372036854775808, x'', 1e22)",
        "INSERT INTO kinds WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
                + " SELECT i / 7.0, i, random() / 9.3e18 * pow(10, i % 600 - 300) FROM n",
        "DELETE FROM kinds WHERE rowid = 3 OR rowid = 5",
        "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, kind REFERENCES kinds) -- a comment",
        "INSERT INTO counted VALUES (41, 99), (42, 1)",
        "DELETE FROM counted WHERE id = 42",
        "CREATE TABLE \"odd \"\"name\" (\"a b\", c AS (\"a b\" * 2), PRIMARY KEY (\"a b\")) WITHOUT ROWID",
        "INSERT INTO \"odd \"\"name\" VALUES (1), (2)",
        "CREATE TABLE zebra (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "INSERT INTO zebra VALUES (17)",
        "CREATE INDEX i ON kinds (b) WHERE a > 1",
        "CREATE VIEW v AS SELECT a FROM kinds",
        "CREATE TRIGGER t AFTER INSERT ON counted BEGIN DELETE FROM zebra; INSERT INTO zebra VALUES (1); END",
        "CREATE VIRTUAL TABLE texts USING fts5(body)",
        "INSERT INTO texts VALUES ('words in it')"
    };

    @TempDir
    Path directory;

    /** Of the program sqlite3. */
    private List<String> strictness = List.of();

    @Test
    void aPostgresBackupLoadsWithPsql() throws IOException {
        Bench bench = new Bench(new MemoryObjectStore());
        Manifest manifest = bench.capture(Shop.create());
        Path script = directory.resolve(SqlExporter.fileName(manifest));

        String copy = loaded(bench, manifest, script);

        assertThat(bench.compare(manifest, new Bench.Copy(copy, LoadReport.AS_IT_WAS))
                        .differences())
                .isEmpty();
        assertThat(script.getFileName().toString()).matches("database-\\d{4}(-\\d\\d){5}\\.sql");
        assertThat(lastLine(script)).isEqualTo(SqlExporter.lastLine(manifest));
    }

    @Test
    void largeObjectsComeBackFromAScript() throws IOException {
        Bench bench = new Bench(new MemoryObjectStore());
        String source = Servers.database(
                "select lo_create(1), lo_from_bytea(2, 'small'), lo_from_bytea(3, decode(repeat('00ff5c0a', 5000), 'hex'))",
                "select lo_put(2, 100000, 'behind a hole')",
                "comment on large object 3 is 'it''s a comment'");
        Manifest manifest = bench.capture(source);

        String copy = loaded(bench, manifest, directory.resolve("objects.sql"));

        assertThat(bench.compare(manifest, new Bench.Copy(copy, LoadReport.AS_IT_WAS))
                        .differences())
                .isEmpty();
    }

    /** What a view is filled with depends on the time zone, and an event trigger would refuse that it is filled. */
    @Test
    void aScriptFillsViewsAsTheSourceDid() throws IOException {
        Bench bench = new Bench(new MemoryObjectStore());
        String source = Servers.database(
                "create table t (k int primary key, at timestamptz, day date check (day = at::date),"
                        + " tenant text check (tenant = current_setting('app.tenant')))",
                "create sequence s; create materialized view found as select nextval('s') as n,"
                        + " to_tsvector('die Katzen')::text as words, '1 day'::interval::text as day with no data",
                "create materialized view m as select k, at::date as day from t group by k with no data",
                "create function of_m() returns setof m language sql as 'select * from public.m'");
        Servers.sql("postgres", "alter database " + source + " set app.tenant to 'it''s'");
        Servers.sql("postgres", "alter database " + source + " set timezone to 'Europe/Berlin'");
        Servers.sql("postgres", "alter database " + source + " set default_text_search_config to 'pg_catalog.german'");
        Servers.sql("postgres", "alter database " + source + " set intervalstyle to 'iso_8601'");
        Servers.sql(
                source,
                "set timezone = 'Europe/Berlin'; set app.tenant = 'it''s';"
                        + " insert into t values (1, '2026-03-01 23:30+00', '2026-03-02', 'it''s');"
                        + " refresh materialized view m; refresh materialized view found",
                "create function refuse() returns event_trigger language plpgsql as 'begin raise ''no''; end'",
                "create event trigger refuses on ddl_command_start execute function refuse()");
        Manifest manifest = bench.capture(source);

        String copy = loaded(bench, manifest, directory.resolve("berlin.sql"));

        assertThat(Servers.query(copy, "select day from of_m()")).containsExactly("2026-03-02");
        assertThat(Servers.query(copy, "select words || day from found")).containsExactly("'katz':2P1D");
        assertThat(Servers.query(copy, "select evtname from pg_event_trigger")).containsExactly("refuses");
        assertThat(bench.compare(manifest, new Bench.Copy(copy, LoadReport.AS_IT_WAS))
                        .differences())
                .isEmpty();
    }

    /** As a restore does it: in whatever order they read each other, and without those that cannot be filled. */
    @Test
    void aScriptFillsWhatCanBeFilled() throws IOException {
        Bench bench = new Bench(new MemoryObjectStore());
        String source = Servers.database(
                "create table t (n int); insert into t values (1)",
                "create materialized view z as select n from t",
                "create function of_z() returns int language plpgsql as 'begin return (select n from public.z); end'",
                "create materialized view a as select of_z() as n",
                "create materialized view \"divided 'it%\" as select 1 / n from t",
                "update t set n = 0; create sequence s; select nextval('s')");
        Manifest manifest = bench.capture(source);

        String copy = loaded(bench, manifest, directory.resolve("views.sql"));

        assertThat(Servers.query(copy, "select n from a")).containsExactly("0");
        assertThat(Servers.query(copy, "select relname from pg_class where relkind = 'm' and not relispopulated"))
                .containsExactly("divided 'it%");
        assertThat(Servers.query(copy, "select last_value from s where is_called"))
                .containsExactly("1");
    }

    @Test
    void rowsWhoseCheckReadsOthersComeAfterThem() throws IOException {
        Bench bench = new Bench(new MemoryObjectStore());
        Manifest manifest = bench.capture(Servers.database(
                "create table z (id int primary key); insert into z values (1)",
                "create function known(int) returns bool language plpgsql as"
                        + " 'begin return exists (select from public.z where id = $1); end'",
                "create domain k as int check (known(value)); create table d (k k); insert into d values (1)",
                "create table a (id int check (known(id))); insert into a values (1)",
                "create table p (id int check (known(id))) partition by list (id);"
                        + " create table b partition of p default; insert into p values (1)"));

        String copy = loaded(bench, manifest, directory.resolve("checks.sql"));

        assertThat(bench.compare(manifest, new Bench.Copy(copy, LoadReport.AS_IT_WAS))
                        .differences())
                .isEmpty();
    }

    /** Answers the database that psql loaded the export into. */
    private static String loaded(Bench bench, Manifest manifest, Path script) throws IOException {
        try (BackupReader backup = bench.vault.reader(bench.source, manifest.backup());
                OutputStream out = Files.newOutputStream(script)) {
            SqlExporter.sql(backup, out);
        }
        String copy = Servers.database();
        psql(copy, script);
        return copy;
    }

    @Test
    void aFolderHasEachTableTheWholeAndTheirDigests() throws Exception {
        Bench bench = new Bench(new MemoryObjectStore());
        Manifest manifest = bench.capture(Shop.create());

        Path folder = folder(bench, manifest);

        assertThat(folder.getFileName().toString()).matches("\\d{14}");
        JsonNode listed = JsonMapper.builder()
                .build()
                .readTree(folder.resolve("manifest.json").toFile());
        Set<String> names = new TreeSet<>(Set.of("manifest.json"));
        for (JsonNode file : listed.path("files")) {
            byte[] bytes = Files.readAllBytes(folder.resolve(file.path("name").asText()));
            names.add(file.path("name").asText());
            assertThat(file.path("bytes").asLong()).isEqualTo(bytes.length);
            assertThat(file.path("sha256").asText())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
        try (var found = Files.list(folder)) {
            assertThat(found.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(names);
        }
        assertThat(names)
                .contains("create_schema.sql", "full_backup.sql", "app.clients.sql", "app.odd%20N%c3%a4me.sql");
        String whole = Servers.database();
        psql(whole, folder.resolve("full_backup.sql"));
        assertThat(bench.compare(manifest, new Bench.Copy(whole, LoadReport.AS_IT_WAS))
                        .differences())
                .isEmpty();
        String part = Servers.database();
        psql(part, folder.resolve("create_schema.sql"));
        psql(part, folder.resolve("app.clients.sql"));
        assertThat(Servers.query(part, "select count(*) from app.clients")).containsExactly("500");
    }

    private Path folder(Bench bench, Manifest manifest) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(SqlExportFolder.name(manifest)));
        try (BackupReader backup = bench.vault.reader(bench.source, manifest.backup())) {
            SqlExporter.directory(backup, name -> Files.newOutputStream(folder.resolve(name)));
        }
        return folder;
    }

    @Test
    void aBackupOfAFileLoadsWithSqlite3() throws IOException {
        assumeTrue(Program.installed("sqlite3"), "the program sqlite3 is not installed");
        for (String encoding : List.of("UTF-8", "UTF-16le")) {
            Path place = Files.createDirectory(directory.resolve(encoding));
            SqliteBench bench = new SqliteBench(place);
            SqliteBench.sql(bench.file, "PRAGMA encoding = '" + encoding + "'");
            SqliteBench.sql(bench.file, NOTES);
            Manifest manifest = bench.capture("");
            Path script = place.resolve("script.sql");

            export(bench, manifest, script);
            Path copy = place.resolve("loaded.db");
            Program.run(script, Map.of(), List.of("sqlite3", "-bail", copy.toString()));

            assertThat(bench.compare(manifest, copy).differences()).isEmpty();
            assertThat(lastLine(script)).isEqualTo(SqlExporter.lastLine(manifest));
        }
    }

    /** The program reads lines, and SQLite lets a comment end with the text. */
    @Test
    void definitionsLoadToTheLetter() throws IOException {
        assertLoads(
                "",
                "CREATE TABLE t (a DEFAULT 'x\r\ny',\r\n b AS (a || '\r\n') STORED) -- behind it",
                "INSERT INTO t DEFAULT VALUES",
                "CREATE INDEX \"i -- j\" ON t (a) /* open",
                "CREATE INDEX k ON t (b) -- short",
                "CREATE VIEW quotient AS SELECT 4\n/\n2",
                "CREATE VIEW alias AS SELECT a\ngo\nFROM t /* open /",
                "CREATE VIEW text AS SELECT '\n/\n', '/* no comment' AS \"--\" /* a comment */",
                "CREATE TRIGGER r AFTER INSERT ON t\r\nBEGIN\r\n  SELECT '\r\n;';\r\nEND /*/");
    }

    /** As programs since 3.41 are. */
    @Test
    void aStricterProgramLoadsTextsInDoubleQuotes() throws IOException {
        strictness = List.of(
                "-cmd", ".dbconfig dqs_ddl off", "-cmd", ".dbconfig dqs_dml off", "-cmd", ".dbconfig defensive on");
        assertLoads(
                "",
                "CREATE TABLE t (kind DEFAULT 'a' CHECK (kind IN (\"a\", \"b\")), c AS (kind || \"x\"))",
                "INSERT INTO t VALUES ('a')",
                "CREATE INDEX i ON t (c) WHERE kind = \"b\"",
                "CREATE VIEW v AS SELECT \"a\" FROM t",
                "CREATE VIRTUAL TABLE f USING fts5(body)",
                "INSERT INTO f VALUES ('words')");
    }

    /** In UTF-16 they are no characters to SQLite. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16le", "UTF-16be"})
    void textsWithNoncharactersLoadAsTheyWere(String encoding) throws IOException {
        assertLoads(
                "",
                "PRAGMA encoding = '" + encoding + "'",
                "CREATE TABLE t (a)",
                "INSERT INTO t VALUES ('\uFFFE'), ('a\uFFFF'), ('\uFFFD'), (char(0x1FFFE)), (CAST(x'feff' AS TEXT)),"
                        + " (CAST(x'fffe' AS TEXT)), (CAST(x'ffff' AS TEXT)), (CAST(x'00d8' AS TEXT))");
    }

    @Test
    void whatNumbersHaveBeenGivenLoadsAlsoWithoutTheTablesThatGotThem() throws IOException {
        String[] numbered = {
            "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)", "INSERT INTO a VALUES (7)", "CREATE TABLE b (x)"
        };
        assertLoads("scope: { exclude: { tables: [a] } }", numbered);
        assertLoads("scope: { include: { tables: [b] } }", numbered);
        assertLoads("", concat(numbered, "INSERT INTO sqlite_sequence VALUES ('b', 3)", "DROP TABLE a"));
        assertLoads("", concat(numbered, "DROP TABLE a"));
        assertLoads("", concat(numbered, "DELETE FROM sqlite_sequence"));
    }

    private static String[] concat(String[] statements, String... more) {
        return Stream.of(statements, more).flatMap(Stream::of).toArray(String[]::new);
    }

    private void assertLoads(String scope, String... statements) throws IOException {
        assumeTrue(Program.installed("sqlite3"), "the program sqlite3 is not installed");
        Path place = Files.createTempDirectory(directory, "loads");
        SqliteBench bench = new SqliteBench(place);
        SqliteBench.sql(bench.file, statements);
        Manifest manifest = bench.capture(scope);
        Path script = place.resolve("script.sql");

        export(bench, manifest, script);
        Path copy = place.resolve("loaded.db");
        List<String> command = new ArrayList<>(List.of("sqlite3", "-bail"));
        command.addAll(strictness);
        command.add(copy.toString());
        Program.run(script, Map.of(), command);

        assertThat(bench.compare(manifest, copy).differences()).isEmpty();
    }

    @Test
    @Tag("slow")
    void valuesOfFiftyMegabytesAreExported() throws IOException {
        assumeTrue(Program.installed("sqlite3"), "the program sqlite3 is not installed");
        SqliteBench files = new SqliteBench(directory);
        SqliteBench.sql(
                files.file,
                "CREATE TABLE large (id INTEGER PRIMARY KEY, body)",
                "INSERT INTO large SELECT 1, CAST(replace(hex(zeroblob(25000000)), '00', '''x') AS TEXT)");
        Manifest file = files.capture("");
        Path fileScript = directory.resolve("file.sql");
        export(files, file, fileScript);
        Program.run(
                fileScript,
                Map.of(),
                List.of("sqlite3", "-bail", directory.resolve("loaded.db").toString()));
        assertThat(files.compare(file, directory.resolve("loaded.db")).differences())
                .isEmpty();

        Bench servers = new Bench(new MemoryObjectStore());
        Manifest database = servers.capture(Servers.database(
                "create table large (id int, body text)", "insert into large select 1, repeat(E'\\ty', 25000000)"));
        Path script = directory.resolve("database.sql");
        try (BackupReader backup = servers.vault.reader(servers.source, database.backup());
                OutputStream out = Files.newOutputStream(script)) {
            SqlExporter.sql(backup, out);
        }
        String copy = Servers.database();
        psql(copy, script);
        assertThat(servers.compare(database, new Bench.Copy(copy, LoadReport.AS_IT_WAS))
                        .differences())
                .isEmpty();
    }

    private static void export(SqliteBench bench, Manifest manifest, Path script) throws IOException {
        try (BackupReader backup = bench.vault.reader(bench.id, manifest.backup());
                OutputStream out = Files.newOutputStream(script)) {
            SqlExporter.sql(backup, out);
        }
    }

    private static void psql(String database, Path script) {
        DatabaseAddress address = Servers.address(database);
        Program.run(
                script,
                Map.of("PGPASSWORD", String.valueOf(Servers.password().reveal())),
                List.of(
                        "psql",
                        "-X",
                        "-q",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-h",
                        address.host(),
                        "-p",
                        "" + address.port(),
                        "-U",
                        address.user(),
                        "-d",
                        database));
    }

    private static String lastLine(Path script) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(script, java.nio.charset.StandardCharsets.ISO_8859_1)) {
            return lines.lines().reduce("", (before, line) -> line);
        }
    }
}
