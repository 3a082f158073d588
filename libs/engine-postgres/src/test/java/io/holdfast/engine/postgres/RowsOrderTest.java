package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.RowSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that come back only after those of other tables, because functions read these. */
class RowsOrderTest {
    private final DatabaseAddress source = Databases.fresh();
    private final TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE a (k int CHECK (known(k))); INSERT INTO a VALUES (1)",
                "CREATE DOMAIN known_key AS int CHECK (known(VALUE)); CREATE TYPE pair AS (x known_key, y text);"
                        + " CREATE TABLE a (k pair[]); INSERT INTO a VALUES (ARRAY[ROW(1, 'y')::pair])",
                "CREATE DOMAIN base AS int CHECK (known(VALUE)); CREATE DOMAIN known_key AS base;"
                        + " CREATE TABLE a (k known_key[]); INSERT INTO a VALUES ('{1}')",
                "CREATE OPERATOR @@? (RIGHTARG = int, FUNCTION = known); CREATE TABLE a (k int CHECK (@@? k));"
                        + " INSERT INTO a VALUES (1)",
                "CREATE TABLE b (k int CHECK (known(k))); INSERT INTO b VALUES (1); CREATE FUNCTION in_b(int)"
                        + " RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM public.b WHERE k = $1)';"
                        + " CREATE TABLE a (k int CHECK (in_b(k))); INSERT INTO a VALUES (1)",
                "CREATE TABLE a (k int CHECK (known(k))) PARTITION BY LIST (k); CREATE TABLE a1 PARTITION OF a FOR"
                        + " VALUES IN (1); INSERT INTO a VALUES (1)",
                "SELECT lo_create(77); CREATE FUNCTION stored(oid) RETURNS boolean LANGUAGE sql AS"
                        + " 'SELECT EXISTS (SELECT FROM pg_largeobject_metadata WHERE oid = $1)';"
                        + " CREATE TABLE a (k oid CHECK (stored(k))); INSERT INTO a VALUES (77)"
            })
    void rowsThatAreCheckedByOthersComeAfterThem(String definitions) throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE z (k int); INSERT INTO z VALUES (1)",
                "CREATE FUNCTION known(int) RETURNS boolean LANGUAGE sql AS"
                        + " 'SELECT EXISTS (SELECT FROM public.z WHERE k = $1)'",
                definitions);

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup()));

        assertThat(Databases.query(copy, "SELECT count(*) FROM a")).containsExactly("1");
    }

    @Test
    void generatedColumnsAreMadeOnceAllElseIsThere() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE z (k int, v text); INSERT INTO z VALUES (1, 'one')",
                "CREATE FUNCTION word(int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS"
                        + " 'BEGIN RETURN (SELECT z.v FROM public.z WHERE z.k = $1); END'",
                "CREATE TABLE a (k int, v text GENERATED ALWAYS AS (word(k)) STORED); INSERT INTO a VALUES (1)");

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup()));

        assertThat(Databases.query(copy, "SELECT v FROM a")).containsExactly("one");
    }

    /** Frozen rows are seen at once, even by the check of the next row. */
    @Test
    void aCheckThatReadsItsOwnTableSeesWhatItSawWithPgRestore() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE u (a int, pad text DEFAULT repeat('x', 100))",
                "CREATE FUNCTION latest() RETURNS int LANGUAGE plpgsql STABLE AS"
                        + " 'BEGIN RETURN coalesce((SELECT max(a) FROM public.u), 0); END'",
                "ALTER TABLE u ADD CONSTRAINT append_only CHECK (a >= latest())",
                "INSERT INTO u SELECT generate_series(1, 5000)",
                "CREATE INDEX ud ON u (a DESC); CLUSTER u USING ud");

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup()));

        assertThat(Databases.query(copy, "SELECT count(*) FROM u")).containsExactly("5000");
    }

    /** Each has emptied its table and reads the other's: the server ends one of them. */
    @Test
    void tablesThatReadEachOtherDoNotLockEachOtherOut() throws Exception {
        Databases.sql(
                source,
                "CREATE TABLE a (k int); CREATE TABLE b (k int)",
                "CREATE FUNCTION in_a(int) RETURNS boolean LANGUAGE plpgsql AS"
                        + " 'BEGIN RETURN EXISTS (SELECT FROM public.a WHERE k = $1); END'",
                "CREATE FUNCTION in_b(int) RETURNS boolean LANGUAGE plpgsql AS"
                        + " 'BEGIN RETURN EXISTS (SELECT FROM public.b WHERE k = $1); END'",
                "ALTER TABLE a ADD CHECK (NOT in_b(k)); ALTER TABLE b ADD CHECK (NOT in_a(k))",
                "INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)");
        Databases.Backup backup = backup();
        Map<String, TableDescriptor> tables = backup.shape().tables().stream()
                .collect(Collectors.toMap(table -> table.name().name(), table -> table));
        String name = "each_other_" + source.database();
        target.create(name, backup.shape());
        CountDownLatch both = new CountDownLatch(2);
        try (TargetDatabase database = target.open(name, LoadOptions.defaults());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            database.preData(backup.dump());
            Future<?> a = threads.submit(() -> database.load(shape(tables, "a"), 1, together(both, "1\n")));
            Future<?> b = threads.submit(() -> database.load(shape(tables, "b"), 1, together(both, "2\n")));
            a.get();
            b.get();
            database.postData(backup.dump());
        }

        assertThat(Databases.query(source.withDatabase(name), "SELECT a.k || ' ' || b.k FROM a, b"))
                .containsExactly("1 2");
    }

    @Test
    void rowsThatAreNeverAcceptedFailTheRestore() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE z (k int); CREATE FUNCTION known(int) RETURNS boolean LANGUAGE sql AS"
                        + " 'SELECT EXISTS (SELECT FROM public.z WHERE k = $1)'",
                "CREATE TABLE a (k int, CONSTRAINT is_known CHECK (known(k)) NOT VALID)",
                "INSERT INTO z VALUES (1); INSERT INTO a VALUES (1); DELETE FROM z");
        Databases.Backup backup = backup();

        assertThatThrownBy(() -> Databases.restore(target, backup))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.TARGET_LOAD_FAILED))
                .hasMessageContaining("loading public.a")
                .hasMessageContaining("is_known");
    }

    private static TableDescriptor shape(Map<String, TableDescriptor> tables, String name) {
        TableDescriptor table = tables.get(name);
        assertThat(table).as(name).isNotNull();
        return table;
    }

    private static RowSource together(CountDownLatch both, String rows) {
        return () -> {
            both.countDown();
            try {
                both.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return new ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8));
        };
    }

    private Databases.Backup backup() throws IOException {
        try (Snapshot snapshot = Databases.open(source)) {
            return Databases.backup(snapshot);
        }
    }
}
