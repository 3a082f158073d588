package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.InstalledExtension;
import io.holdfast.engine.model.QualifiedName;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Extensions that a scope leaves out take along what needs them. */
class ExtensionScopeTest extends Scoped {
    /** pg_dump takes them along all the same. */
    @Test
    void extensionsGoWithTheirSchemaAndWhatNeedsThemGoesWithThem() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA tools; CREATE SCHEMA more; CREATE EXTENSION cube SCHEMA tools",
                "CREATE EXTENSION earthdistance SCHEMA more; COMMENT ON EXTENSION cube IS 'cubes'",
                "CREATE EXTENSION citext SCHEMA public; CREATE TABLE kept (id int, name citext); INSERT INTO kept VALUES (1)");
        Databases.Backup backup;
        try (Snapshot snapshot = open(new BackupScope(Set.of(), Set.of("tools"), Set.of(), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().extensions())
                .extracting(InstalledExtension::name)
                .containsExactly("citext", "plpgsql");
        assertThat(backup.shape().findings()).extracting(Finding::object).containsExactly("extension earthdistance");
        assertThat(Databases.query(restored(backup), "SELECT extname FROM pg_extension ORDER BY 1"))
                .containsExactly("citext", "plpgsql");
    }

    /** Like pg_cron, adminpack lies in pg_catalog. */
    @Test
    void excludedExtensionsAreLeftOutWithWhatNeedsThemAndOthersStay() throws IOException {
        Databases.sql(
                source,
                "CREATE EXTENSION adminpack; CREATE EXTENSION citext; CREATE EXTENSION pg_trgm",
                "CREATE TABLE kept (id int, name citext); INSERT INTO kept VALUES (1, 'Ada')",
                "CREATE INDEX alike ON kept USING gin ((name::text) gin_trgm_ops)");
        Databases.Backup backup;
        try (Snapshot snapshot = open(BackupScope.everything().withoutExtensions(Set.of("adminpack", "pg_trgm")))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().extensions())
                .extracting(InstalledExtension::name)
                .containsExactly("citext", "plpgsql");
        assertThat(backup.shape().findings()).extracting(Finding::object).containsExactly("index public.alike");
        DatabaseAddress copy = restored(backup);
        assertThat(Databases.query(copy, "SELECT extname FROM pg_extension ORDER BY 1"))
                .containsExactly("citext", "plpgsql");
        assertThat(Databases.query(copy, "SELECT name FROM kept")).containsExactly("Ada");
        refused(BackupScope.everything().withoutExtensions(Set.of("pg_corn")))
                .hasMessageContaining("extension pg_corn");
        refused(BackupScope.everything().withoutExtensions(Set.of("citext"))).hasMessageContaining("public.kept");
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
        try (Snapshot snapshot = open(BackupScope.everything().withoutExtensions())) {
            backup = Databases.backup(snapshot);
        }

        DatabaseAddress copy = restored(backup);

        assertThat(backup.shape().extensions())
                .extracting(InstalledExtension::name)
                .containsExactly("plpgsql");
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

        refused(BackupScope.everything().withoutExtensions()).hasMessageContaining("public.people,");
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
        try (Snapshot snapshot = open(BackupScope.everything().withoutExtensions())) {
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

        refused(BackupScope.everything().withoutExtensions()).hasMessageContaining("public.people,");
    }

    @Test
    @Tag("slow")
    void whoIsMappedToAUserOfAServerThatIsLeftOutIsNotMapped() throws IOException {
        Databases.sql(
                source,
                "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; CREATE FOREIGN DATA"
                        + " WRAPPER own; CREATE SERVER \"near by\" FOREIGN DATA WRAPPER own",
                "CREATE USER MAPPING FOR CURRENT_USER SERVER far; CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password"
                        + " 'x'); CREATE USER MAPPING FOR CURRENT_USER SERVER \"near by\"");
        Databases.Backup backup;
        try (Snapshot snapshot = open(BackupScope.everything().withoutExtensions())) {
            backup = Databases.backup(snapshot);
        }

        assertThat(Databases.query(restored(backup), "SELECT srvname FROM pg_user_mappings"))
                .containsExactly("near by");
    }

    @Test
    @Tag("slow")
    void grantsOnWhatAnExtensionOfAnExcludedSchemaBringsAreNoneOfTheCopys() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA tools; CREATE EXTENSION cube SCHEMA tools; CREATE EXTENSION fuzzystrmatch",
                "REVOKE ALL ON FUNCTION tools.cube_dim FROM PUBLIC; REVOKE ALL ON FUNCTION metaphone FROM PUBLIC");
        Databases.Backup backup;
        try (Snapshot snapshot = open(new BackupScope(Set.of(), Set.of("tools"), Set.of(), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        DatabaseAddress copy = restored(backup);

        assertThat(Databases.query(copy, "SELECT proacl::text ~ '[{,]=X' FROM pg_proc WHERE proname = 'metaphone'"))
                .containsExactly("f");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("slow")
    void plpgsqlThatWasDroppedAndMadeAnewIsStillWhatEveryServerHas(boolean extensions) throws IOException {
        Databases.sql(
                source,
                "DROP EXTENSION plpgsql; CREATE EXTENSION plpgsql",
                "CREATE FUNCTION plain() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'");
        Databases.Backup backup;
        try (Snapshot snapshot = open(
                extensions ? BackupScope.everything() : BackupScope.everything().withoutExtensions())) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings()).isEmpty();
        assertThat(Databases.query(restored(backup), "SELECT plain()")).containsExactly("1");
    }

    @Test
    @Tag("slow")
    void rowsOfAnExtensionGoWithItWhereverTheyAre() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA tools; CREATE EXTENSION cube SCHEMA tools; CREATE SCHEMA conf; CREATE TABLE conf.kept (k int)",
                "CREATE TABLE conf.sizes AS SELECT 1 AS k; ALTER EXTENSION cube ADD TABLE conf.sizes; UPDATE pg_extension SET"
                        + " extconfig = ARRAY['conf.sizes'::regclass::oid], extcondition = '{\"\"}' WHERE extname = 'cube'");
        Databases.Backup backup;
        try (Snapshot snapshot = open(new BackupScope(Set.of(), Set.of("tools"), Set.of(), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        restored(backup);

        assertThat(backup.prints()).containsOnlyKeys(new QualifiedName("conf", "kept"));
    }

    @Test
    @Tag("slow")
    void aForeignTableThatNeedsAnExtensionMayBeLeftOutByName() throws IOException {
        Databases.sql(
                source,
                "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw",
                "CREATE FOREIGN TABLE remote (k int) SERVER far; CREATE TABLE kept (k int)");
        refused(BackupScope.everything().withoutExtensions()).hasMessageContaining("public.remote,");
        Databases.Backup backup;
        try (Snapshot snapshot =
                open(new BackupScope(Set.of(), Set.of(), Set.of(table("remote")), Set.of()).withoutExtensions())) {
            backup = Databases.backup(snapshot);
        }

        assertThat(relations(restored(backup))).containsExactly("kept");
    }

    @Test
    @Tag("slow")
    void whatIsNotAnExtensionsInASchemaOfItsIsNamedWhereItGoesWithIt() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA its; CREATE EXTENSION cube; ALTER EXTENSION cube ADD SCHEMA its",
                "CREATE VIEW its.ours AS SELECT 1 AS n; CREATE TABLE kept (n int)");
        Databases.Backup backup;
        try (Snapshot snapshot = open(BackupScope.everything().withoutExtensions())) {
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

        refused(BackupScope.everything().withoutExtensions()).hasMessageContaining("the scope has its.numbers,");
    }

    @Test
    void aTargetNeedNotHaveExtensionsOfOtherSchemas() {
        Databases.sql(
                source, "CREATE SCHEMA a; CREATE EXTENSION citext; CREATE EXTENSION adminpack; CREATE TABLE a.t ()");

        try (Snapshot snapshot = open(new BackupScope(Set.of("a"), Set.of(), Set.of(), Set.of()))) {
            assertThat(snapshot.shape().extensions()).isEmpty();
        }
    }
}
