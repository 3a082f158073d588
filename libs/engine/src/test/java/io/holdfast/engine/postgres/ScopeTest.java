package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.DatabaseAddress;
import io.holdfast.engine.ExtensionShape;
import io.holdfast.engine.Finding;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Password;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.Scope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.Target;
import io.holdfast.engine.TargetDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scope leaves out takes along what cannot be without it, by name; the rest is a database that loads. */
class ScopeTest {
    private final DatabaseAddress source = Databases.fresh();
    private final Target target = Databases.ENGINE.target(Databases.server(), Password.none());

    private void shop() {
        Databases.sql(
                source,
                "CREATE TYPE state AS ENUM ('open', 'paid'); CREATE FUNCTION tax(int) RETURNS int LANGUAGE sql IMMUTABLE AS"
                        + " 'SELECT $1 * 2'",
                "CREATE TABLE clients (id int PRIMARY KEY); CREATE TABLE \"the products\" (id int GENERATED ALWAYS AS IDENTITY"
                        + " PRIMARY KEY, n serial); INSERT INTO clients VALUES (1)",
                "CREATE TABLE orders (id serial PRIMARY KEY, client int REFERENCES clients, state state, cost int CHECK"
                        + " (tax(cost) > 0)); INSERT INTO orders (client, state, cost) VALUES (1, 'paid', 5), (1, 'open', 6);"
                        + " COMMENT ON CONSTRAINT orders_client_fkey ON orders IS 'who'",
                "CREATE TABLE events (id int, day date) PARTITION BY RANGE (day); CREATE TABLE events_1 PARTITION OF events"
                        + " FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); INSERT INTO events VALUES (1, '2026-01-05')",
                "CREATE VIEW paid AS SELECT * FROM orders WHERE state = 'paid'; CREATE VIEW who AS SELECT c.id FROM clients c"
                        + " JOIN orders o ON o.client = c.id; COMMENT ON VIEW who IS 'x'; GRANT SELECT ON who TO PUBLIC",
                "CREATE MATERIALIZED VIEW many AS SELECT count(*) FROM who; CREATE INDEX ON many (count)",
                "CREATE FUNCTION client(clients) RETURNS int LANGUAGE sql AS 'SELECT 1'");
    }

    private Snapshot open(Scope scope) {
        return Databases.ENGINE.open(source, Password.none(), Databases.OPTIONS.withScope(scope));
    }

    private static QualifiedName table(String name) {
        return new QualifiedName("public", name);
    }

    private DatabaseAddress restored(Databases.Backup backup) throws IOException {
        LoadOptions options = LoadOptions.defaults().withLacking(target.lacks(backup.shape()));
        String name = Databases.restore(target, backup, options);
        try (TargetDatabase copy = target.open(name, options);
                Snapshot snapshot = copy.snapshot(Databases.OPTIONS)) {
            Databases.Backup again = Databases.backup(snapshot);
            Path reread = Files.createTempFile("reread", ".dump");
            try (OutputStream out = Files.newOutputStream(reread)) {
                Set<Integer> given =
                        copy.reread(backup.dump(), backup.shape(), out).orElseThrow();
                assertThat(Databases.ENGINE.compareSchemas(backup.dump(), again.dump(), reread, given, options))
                        .isEmpty();
            } finally {
                Files.delete(reread);
            }
            assertThat(again.prints()).containsAllEntriesOf(backup.prints());
        }
        return source.withDatabase(name);
    }

    private static List<String> relations(DatabaseAddress database) {
        return Databases.query(
                database,
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i' ORDER BY 1");
    }

    @Test
    void onlyTheTablesThatAreNamedComeAlongWithWhatNeedsNothingElse() throws IOException {
        shop();
        Databases.Backup backup;
        try (Snapshot snapshot = open(Scope.of(Set.of(table("orders"), table("events"))))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.prints()).containsOnlyKeys(table("events_1"), table("orders"));
        assertThat(backup.shape().findings())
                .extracting(Finding::object)
                .containsExactlyInAnyOrder(
                        "constraint orders_client_fkey on table public.orders",
                        "view public.who",
                        "materialized view public.many",
                        "function public.client(public.clients)");
        DatabaseAddress copy = restored(backup);
        assertThat(relations(copy)).containsExactly("events", "events_1", "orders", "orders_id_seq", "paid");
        assertThat(Databases.query(copy, "INSERT INTO orders (client, cost) VALUES (7, 1) RETURNING id"))
                .containsExactly("3");
    }

    @Test
    void ofAScopeThatIsNarrowedNothingIsMissed() throws IOException {
        shop();
        Databases.Backup backup;
        try (Snapshot snapshot = open(Scope.everything().narrowedTo(Set.of(table("orders"))))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.prints()).containsOnlyKeys(table("orders"));
        assertThat(backup.shape().findings()).isEmpty();
        assertThat(relations(restored(backup))).containsExactly("orders", "orders_id_seq", "paid");
    }

    @Test
    void narrowedItStaysWithinTheSchemasThatItHad() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA cold",
                "CREATE TABLE tree (id int) PARTITION BY RANGE (id)",
                "CREATE TABLE warm PARTITION OF tree FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE cold.leaf PARTITION OF tree FOR VALUES FROM (10) TO (20)",
                "CREATE TABLE other (id int)",
                "INSERT INTO tree VALUES (1), (11)");
        Scope own = new Scope(Set.of("public"), Set.of(), Set.of(), Set.of());
        Databases.Backup backup;
        try (Snapshot snapshot = open(own.narrowedTo(Set.of(table("tree"))))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.prints()).containsOnlyKeys(table("warm"));
        assertThat(relations(restored(backup))).containsExactly("tree", "warm");
    }

    @Test
    void theSchemaThatEveryDatabaseHasMayBeNamed() throws IOException {
        shop();
        Databases.Backup backup;
        try (Snapshot snapshot = open(new Scope(Set.of("public"), Set.of(), Set.of(), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(relations(restored(backup))).contains("orders", "clients");
    }

    @Test
    void narrowedItHasNothingThatItWasWithout() {
        Set<QualifiedName> tables = Set.of(table("orders"), new QualifiedName("b", "far"));
        Set<QualifiedName> events = Set.of(table("events"));
        Scope chosen = new Scope(Set.of(), events, Set.of(), Set.of(), Set.of(), true, false);
        Scope elsewhere = new Scope(Set.of("c"), Set.of(), Set.of(), Set.of());

        assertThat(new Scope(Set.of("b"), Set.of(), Set.of(), Set.of()).narrowedTo(tables))
                .isEqualTo(new Scope(
                        Set.of("b"), Set.of(new QualifiedName("b", "far")), Set.of(), Set.of(), Set.of(), true, true));
        assertThat(new Scope(Set.of(), Set.of("b"), events, events).narrowedTo(tables))
                .isEqualTo(new Scope(Set.of(), Set.of(table("orders")), Set.of("b"), events, events, true, true));
        assertThat(chosen.narrowedTo(tables)).isEqualTo(chosen);
        assertThat(elsewhere.narrowedTo(tables)).isEqualTo(elsewhere);
    }

    @Test
    void whatNeedsATableThatIsExcludedGoesWithIt() throws IOException {
        shop();
        Databases.Backup backup;
        try (Snapshot snapshot =
                open(new Scope(Set.of(), Set.of(), Set.of(table("clients"), table("events")), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings()).hasSize(4);
        assertThat(relations(restored(backup)))
                .containsExactly(
                        "orders", "orders_id_seq", "paid", "the products", "the products_id_seq", "the products_n_seq");
    }

    /** Of a tree, too, one of whose leaves comes along empty; not what refers to itself, nor what is empty as well. */
    @Test
    void aKeyWhoseRowsWouldFindNoneIsLeftOut() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE clients (id int PRIMARY KEY, above int REFERENCES clients); INSERT INTO clients VALUES (1, 1)",
                "CREATE TABLE days (day date PRIMARY KEY) PARTITION BY RANGE (day); CREATE TABLE days_1 PARTITION OF days"
                        + " FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); INSERT INTO days VALUES ('2026-01-05')",
                "CREATE TABLE orders (client int REFERENCES clients, day date REFERENCES days);"
                        + " INSERT INTO orders VALUES (1, '2026-01-05')",
                "COMMENT ON CONSTRAINT orders_client_fkey ON orders IS 'who'",
                "ALTER TABLE clients ADD day date REFERENCES days");
        Databases.Backup backup;
        try (Snapshot snapshot =
                open(new Scope(Set.of(), Set.of(), Set.of(), Set.of(table("clients"), table("days_1"))))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings())
                .extracting(Finding::object)
                .containsExactly(
                        "constraint orders_client_fkey on table public.orders",
                        "constraint orders_day_fkey on table public.orders");
        assertThat(Databases.query(
                        restored(backup),
                        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 ORDER BY 1"))
                .containsExactly("clients_above_fkey", "clients_day_fkey");
    }

    /** The rows of a tree go with its root's name; a key that was never validated asks for none. */
    @Test
    void aTreeWithoutItsRowsIsWithoutThemInEveryLeaf() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE clients (id int PRIMARY KEY); INSERT INTO clients VALUES (1)",
                "CREATE TABLE days (day date PRIMARY KEY) PARTITION BY RANGE (day); CREATE TABLE days_1 PARTITION OF days"
                        + " FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); INSERT INTO days VALUES ('2026-01-05')",
                "CREATE TABLE events (n int, client int REFERENCES clients) PARTITION BY RANGE (n);"
                        + " CREATE TABLE events_1 PARTITION OF events DEFAULT; INSERT INTO events VALUES (1, 1)",
                "CREATE TABLE direct (day date REFERENCES days_1); INSERT INTO direct VALUES ('2026-01-05')",
                "CREATE TABLE later (client int); INSERT INTO later VALUES (1);"
                        + " ALTER TABLE later ADD FOREIGN KEY (client) REFERENCES clients NOT VALID");
        Databases.Backup backup;
        try (Snapshot snapshot = open(
                new Scope(Set.of(), Set.of(), Set.of(), Set.of(table("clients"), table("days"), table("events"))))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings())
                .extracting(Finding::object)
                .containsExactly("constraint direct_day_fkey on table public.direct");
        assertThat(Databases.query(
                        restored(backup),
                        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 ORDER BY 1"))
                .containsExactly("events_client_fkey", "later_client_fkey");
    }

    @Test
    void whatNeedsAnotherSchemaGoesWithItAndExtensionsOfThisOneStay() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA a; CREATE SCHEMA b; CREATE EXTENSION citext SCHEMA a; CREATE TABLE b.far (id int PRIMARY KEY)",
                "CREATE TABLE a.near (id int REFERENCES b.far, name a.citext); CREATE VIEW a.seen AS SELECT 1 AS x FROM b.far",
                "INSERT INTO a.near (name) VALUES ('Ada')");
        Databases.Backup backup;
        try (Snapshot snapshot = open(new Scope(Set.of("a"), Set.of(), Set.of(), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings())
                .extracting(Finding::object)
                .containsExactly("constraint near_id_fkey on table a.near", "view a.seen");
        assertThat(Databases.query(restored(backup), "SELECT id FROM a.near WHERE name OPERATOR(a.=) 'ADA'::a.citext"))
                .hasSize(1);
    }

    /** pg_dump takes them along all the same. */
    @Test
    void extensionsGoWithTheirSchemaAndWhatNeedsThemGoesWithThem() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA tools; CREATE SCHEMA more; CREATE EXTENSION cube SCHEMA tools",
                "CREATE EXTENSION earthdistance SCHEMA more; COMMENT ON EXTENSION cube IS 'cubes'",
                "CREATE EXTENSION citext SCHEMA public; CREATE TABLE kept (id int, name citext); INSERT INTO kept VALUES (1)");
        Databases.Backup backup;
        try (Snapshot snapshot = open(new Scope(Set.of(), Set.of("tools"), Set.of(), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().extensions()).extracting(ExtensionShape::name).containsExactly("citext", "plpgsql");
        assertThat(backup.shape().findings()).extracting(Finding::object).containsExactly("extension earthdistance");
        assertThat(Databases.query(restored(backup), "SELECT extname FROM pg_extension ORDER BY 1"))
                .containsExactly("citext", "plpgsql");
    }

    @Test
    void withoutExtensionsWhatNeedsOneIsLeftOutAndNamedAndSoAreRightsOnWhatTheyBring() throws IOException {
        String role = "reads_" + source.database();
        Databases.sql(
                source,
                "CREATE SCHEMA tools; CREATE EXTENSION pg_trgm SCHEMA tools; CREATE EXTENSION postgres_fdw; CREATE EXTENSION"
                        + " adminpack; CREATE ROLE " + role,
                "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO " + role + "; GRANT USAGE ON SCHEMA tools TO "
                        + role
                        + "; REVOKE ALL ON FUNCTION tools.similarity FROM PUBLIC; GRANT EXECUTE ON FUNCTION"
                        + " tools.similarity TO " + role + "; GRANT CREATE ON SCHEMA public TO " + role
                        + "; GRANT EXECUTE ON FUNCTION pg_file_unlink TO " + role
                        + "; GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO " + role,
                "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; COMMENT ON EXTENSION pg_trgm IS 'ours'",
                "CREATE TABLE words (word text); INSERT INTO words VALUES ('one'); CREATE INDEX by_word ON words USING gin"
                        + " (word tools.gin_trgm_ops); CREATE VIEW alike AS SELECT tools.similarity(word, 'on') FROM words",
                "CREATE FUNCTION plain() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'");
        Databases.Backup backup;
        try (Snapshot snapshot = open(Scope.everything().withoutExtensions())) {
            backup = Databases.backup(snapshot);
        }

        DatabaseAddress copy = restored(backup);

        assertThat(backup.shape().extensions()).extracting(ExtensionShape::name).containsExactly("plpgsql");
        assertThat(backup.shape().findings())
                .extracting(Finding::object)
                .containsExactly("index public.by_word", "server far", "view public.alike");
        assertThat(Databases.query(copy, "SELECT extname FROM pg_extension")).containsExactly("plpgsql");
        assertThat(Databases.query(copy, "SELECT word || plain() FROM words")).containsExactly("one1");
        assertThat(Databases.query(
                        copy,
                        "SELECT has_schema_privilege('" + role
                                + "', 'public', 'CREATE')::text || has_schema_privilege('" + role
                                + "', 'tools', 'USAGE') || has_function_privilege('" + role
                                + "', 'pg_ls_dir(text)', 'EXECUTE')"))
                .containsExactly("truetruetrue");
    }

    @Test
    void aTableThatCannotBeWithoutAnExtensionIsNamedWhereTheScopeHasNone() {
        Databases.sql(
                source, "CREATE EXTENSION citext; CREATE TABLE people (name citext); CREATE TABLE others (k int)");

        refused(Scope.everything().withoutExtensions()).hasMessageContaining("public.people,");
    }

    @Test
    void whatIsWrittenAsPartOfAnObjectTakesThatAlongAndWhatNeedsIt() throws IOException {
        Databases.sql(
                source,
                "CREATE EXTENSION btree_gist; CREATE EXTENSION hstore; CREATE EXTENSION fuzzystrmatch; CREATE EXTENSION seg",
                "CREATE TABLE booked (room int, during tsrange, CONSTRAINT once EXCLUDE USING gist (room WITH =, during WITH"
                        + " &&)); COMMENT ON CONSTRAINT once ON booked IS 'x'; INSERT INTO booked VALUES (1, 'empty')",
                "CREATE TYPE pair AS (a hstore, b int); CREATE FUNCTION paired() RETURNS pair LANGUAGE sql AS 'SELECT"
                        + " NULL::pair'",
                "CREATE DOMAIN sounding AS text CHECK (soundex(VALUE) <> 'x'); CREATE FUNCTION sounds() RETURNS sounding"
                        + " LANGUAGE sql AS 'SELECT NULL::sounding'",
                "CREATE OPERATOR CLASS near FOR TYPE text USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4"
                        + " >=, OPERATOR 5 >, FUNCTION 1 levenshtein(text, text)",
                "CREATE FUNCTION cmp(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($1, $2)'",
                "CREATE OPERATOR CLASS theirs FOR TYPE int USING btree FAMILY seg_ops AS OPERATOR 1 <, OPERATOR 2 <=,"
                        + " OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 cmp(int, int)",
                "CREATE OPERATOR FAMILY more USING btree; ALTER OPERATOR FAMILY more USING btree ADD FUNCTION 1"
                        + " seg_cmp(seg, seg)");
        Databases.Backup backup;
        try (Snapshot snapshot = open(Scope.everything().withoutExtensions())) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings())
                .extracting(Finding::object)
                .containsExactly(
                        "constraint once on table public.booked",
                        "function public.paired()",
                        "function public.sounds()",
                        "operator class public.near for access method btree",
                        "operator class public.theirs for access method btree",
                        "operator family public.more for access method btree",
                        "type public.pair",
                        "type public.sounding");
        assertThat(relations(restored(backup))).containsExactly("booked");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE EXTENSION hstore; CREATE TYPE pair AS (a hstore, b int); CREATE TABLE people (name pair)",
                "CREATE EXTENSION fuzzystrmatch; CREATE DOMAIN word AS text CHECK (soundex(VALUE) <> 'x'); CREATE TABLE people"
                        + " (name word[])"
            })
    void aTableIsNamedWhoseColumnIsOfATypeThatNeedsAnExtension(String statements) {
        Databases.sql(source, statements);

        refused(Scope.everything().withoutExtensions()).hasMessageContaining("public.people,");
    }

    @Test
    void whoIsMappedToAUserOfAServerThatIsLeftOutIsNotMapped() throws IOException {
        Databases.sql(
                source,
                "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; CREATE FOREIGN DATA"
                        + " WRAPPER own; CREATE SERVER \"near by\" FOREIGN DATA WRAPPER own",
                "CREATE USER MAPPING FOR CURRENT_USER SERVER far; CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password"
                        + " 'x'); CREATE USER MAPPING FOR CURRENT_USER SERVER \"near by\"");
        Databases.Backup backup;
        try (Snapshot snapshot = open(Scope.everything().withoutExtensions())) {
            backup = Databases.backup(snapshot);
        }

        assertThat(Databases.query(restored(backup), "SELECT srvname FROM pg_user_mappings"))
                .containsExactly("near by");
    }

    @Test
    void grantsOnWhatAnExtensionOfAnExcludedSchemaBringsAreNoneOfTheCopys() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA tools; CREATE EXTENSION cube SCHEMA tools; CREATE EXTENSION fuzzystrmatch",
                "REVOKE ALL ON FUNCTION tools.cube_dim FROM PUBLIC; REVOKE ALL ON FUNCTION metaphone FROM PUBLIC");
        Databases.Backup backup;
        try (Snapshot snapshot = open(new Scope(Set.of(), Set.of("tools"), Set.of(), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        DatabaseAddress copy = restored(backup);

        assertThat(Databases.query(copy, "SELECT proacl::text ~ '[{,]=X' FROM pg_proc WHERE proname = 'metaphone'"))
                .containsExactly("f");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void plpgsqlThatWasDroppedAndMadeAnewIsStillWhatEveryServerHas(boolean extensions) throws IOException {
        Databases.sql(
                source,
                "DROP EXTENSION plpgsql; CREATE EXTENSION plpgsql",
                "CREATE FUNCTION plain() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'");
        Databases.Backup backup;
        try (Snapshot snapshot =
                open(extensions ? Scope.everything() : Scope.everything().withoutExtensions())) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings()).isEmpty();
        assertThat(Databases.query(restored(backup), "SELECT plain()")).containsExactly("1");
    }

    @Test
    void rowsOfAnExtensionGoWithItWhereverTheyAre() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA tools; CREATE EXTENSION cube SCHEMA tools; CREATE SCHEMA conf; CREATE TABLE conf.kept (k int)",
                "CREATE TABLE conf.sizes AS SELECT 1 AS k; ALTER EXTENSION cube ADD TABLE conf.sizes; UPDATE pg_extension SET"
                        + " extconfig = ARRAY['conf.sizes'::regclass::oid], extcondition = '{\"\"}' WHERE extname = 'cube'");
        Databases.Backup backup;
        try (Snapshot snapshot = open(new Scope(Set.of(), Set.of("tools"), Set.of(), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        restored(backup);

        assertThat(backup.prints()).containsOnlyKeys(new QualifiedName("conf", "kept"));
    }

    @Test
    void aForeignTableThatNeedsAnExtensionMayBeLeftOutByName() throws IOException {
        Databases.sql(
                source,
                "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw",
                "CREATE FOREIGN TABLE remote (k int) SERVER far; CREATE TABLE kept (k int)");
        refused(Scope.everything().withoutExtensions()).hasMessageContaining("public.remote,");
        Databases.Backup backup;
        try (Snapshot snapshot =
                open(new Scope(Set.of(), Set.of(), Set.of(table("remote")), Set.of()).withoutExtensions())) {
            backup = Databases.backup(snapshot);
        }

        assertThat(relations(restored(backup))).containsExactly("kept");
    }

    @Test
    void whatIsNotAnExtensionsInASchemaOfItsIsNamedWhereItGoesWithIt() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA its; CREATE EXTENSION cube; ALTER EXTENSION cube ADD SCHEMA its",
                "CREATE VIEW its.ours AS SELECT 1 AS n; CREATE TABLE kept (n int)");
        Databases.Backup backup;
        try (Snapshot snapshot = open(Scope.everything().withoutExtensions())) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings()).extracting(Finding::object).containsExactly("view its.ours");
        assertThat(Databases.query(restored(backup), "SELECT nspname FROM pg_namespace WHERE nspname = 'its'"))
                .isEmpty();
    }

    @Test
    void aSequenceInASchemaOfAnExtensionIsNamedWhereTheScopeHasNone() {
        Databases.sql(
                source,
                "CREATE SCHEMA its; CREATE EXTENSION cube; ALTER EXTENSION cube ADD SCHEMA its",
                "CREATE SEQUENCE its.numbers; CREATE TABLE kept (id int GENERATED ALWAYS AS IDENTITY, n serial)");

        refused(Scope.everything().withoutExtensions()).hasMessageContaining("the scope has its.numbers,");
    }

    @Test
    void aTargetNeedNotHaveExtensionsOfOtherSchemas() {
        Databases.sql(
                source, "CREATE SCHEMA a; CREATE EXTENSION citext; CREATE EXTENSION adminpack; CREATE TABLE a.t ()");

        try (Snapshot snapshot = open(new Scope(Set.of("a"), Set.of(), Set.of(), Set.of()))) {
            assertThat(snapshot.shape().extensions()).isEmpty();
        }
    }

    @Test
    void aTableThatCannotBeWithoutWhatIsLeftOutIsRefused() {
        shop();
        Databases.sql(source, "CREATE TABLE holds (c clients)");

        refused(Scope.of(Set.of(table("events_1")))).hasMessageContaining("public.events_1");
        refused(new Scope(Set.of(), Set.of(), Set.of(table("clients")), Set.of()))
                .hasMessageContaining("public.holds");
        refused(Scope.of(Set.of(table("order")))).hasMessageContaining("public.order");
        refused(new Scope(Set.of("public"), Set.of(table("orders")), Set.of(), Set.of(), Set.of(), true, false))
                .hasMessageContaining("both schemas and tables");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refused(Scope scope) {
        return assertThatThrownBy(() -> open(scope))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(FailureCode.CONFIG_INVALID));
    }
}
