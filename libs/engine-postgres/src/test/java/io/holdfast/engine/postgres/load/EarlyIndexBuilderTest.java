package io.holdfast.engine.postgres.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.dump.PgRestore;
import io.holdfast.engine.postgres.dump.SchemaLoader;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is indexed while rows of other tables are still on their way. */
class EarlyIndexBuilderTest {
    private static final String NOT_OF_THE_SYSTEM =
            " FROM pg_index WHERE indrelid >= 16384 AND indrelid::regclass::text !~ '^pg_toast' ORDER BY ";
    private static final String INDEXES =
            "SELECT indexrelid::regclass::text" + NOT_OF_THE_SYSTEM + "indexrelid::regclass::text COLLATE \"C\"";
    private static final String DEFINITIONS = "SELECT pg_get_indexdef(indexrelid)" + NOT_OF_THE_SYSTEM + "1";
    private static final String ANALYZED =
            "SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = 'public' ORDER BY 1";

    private final DatabaseAddress source = Databases.fresh();
    private final TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());
    private final Databases.Backup backup = backup();
    private final String name = "early_" + source.database();
    private final DatabaseAddress copy = source.withDatabase(name);

    private Databases.Backup backup() {
        Databases.sql(
                source,
                "CREATE TABLE last (id int PRIMARY KEY)",
                "CREATE FUNCTION of_others(int) RETURNS bigint IMMUTABLE RETURN (SELECT count(*) FROM last) + $1",
                "CREATE TABLE plain (id int PRIMARY KEY, a text UNIQUE, b text)",
                "CREATE INDEX ON plain USING hash (b)",
                "CREATE TABLE fancy (id int PRIMARY KEY, a text, d int4range, EXCLUDE USING gist (d WITH &&))",
                "CREATE INDEX of_lower ON fancy (lower(a))",
                "CREATE INDEX of_some ON fancy (a) WHERE id > 5",
                "CREATE TABLE counted (id int PRIMARY KEY, a int, b int)",
                "CREATE STATISTICS both_of_counted ON a, b FROM counted",
                "CREATE TABLE tree (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE leaf PARTITION OF tree FOR VALUES FROM (0) TO (1000)",
                "CREATE TABLE parent (id int PRIMARY KEY)",
                "CREATE TABLE child (CONSTRAINT of_child PRIMARY KEY (id)) INHERITS (parent)",
                "CREATE TABLE marked (id int PRIMARY KEY)",
                "ALTER TABLE marked CLUSTER ON marked_pkey",
                "CREATE TABLE computed (id int, c bigint GENERATED ALWAYS AS (of_others(id)) STORED, PRIMARY KEY (id))",
                "CREATE MATERIALIZED VIEW seen AS SELECT id FROM plain",
                "CREATE INDEX ON seen (id)",
                "INSERT INTO last SELECT generate_series(1, 10)",
                "INSERT INTO plain SELECT n, 'a' || n, 'b' || n FROM generate_series(1, 100) n",
                "INSERT INTO fancy SELECT n, 'a' || n, int4range(n, n + 1) FROM generate_series(1, 100) n",
                "INSERT INTO counted SELECT n, n, n FROM generate_series(1, 100) n",
                "INSERT INTO leaf SELECT generate_series(1, 10)",
                "INSERT INTO child SELECT generate_series(1, 10)",
                "INSERT INTO marked SELECT generate_series(1, 10)",
                "INSERT INTO computed SELECT generate_series(1, 10)");
        return backup(source);
    }

    private static Databases.Backup backup(DatabaseAddress of) {
        try (Snapshot snapshot = Databases.open(of)) {
            return Databases.backup(snapshot);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void onlyIndexesOfColumnsOfTablesThatAreThereAndApart() throws IOException {
        target.create(name, backup.shape());
        try (TargetDatabase database = target.open(name, LoadOptions.defaults())) {
            database.preData(backup.dump());
            indexAll(database);
            assertThat(Databases.query(copy, INDEXES)).isEmpty();

            load(
                    database,
                    backup.shape().tables().stream()
                            .filter(table -> !table.name().name().equals("last"))
                            .toList());
            indexAll(database);

            assertThat(Databases.query(copy, INDEXES))
                    .containsExactly("counted_pkey", "fancy_pkey", "plain_a_key", "plain_b_idx", "plain_pkey");
            assertThat(Databases.query(copy, ANALYZED)).containsExactly("plain");
            load(
                    database,
                    backup.shape().tables().stream()
                            .filter(table -> table.name().name().equals("last"))
                            .toList());
            indexAll(database);
            assertThat(Databases.query(copy, INDEXES)).contains("last_pkey").hasSize(6);
            database.postData(backup.dump());
            assertThat(database.analyses())
                    .isNotEmpty()
                    .allSatisfy(analysis -> assertThat(analysis.get()).isEmpty());
        }

        assertThat(Databases.query(copy, DEFINITIONS))
                .isEqualTo(Databases.query(source, DEFINITIONS))
                .hasSizeGreaterThan(15);
        assertThat(Databases.query(copy, ANALYZED)).contains("plain", "fancy", "counted", "leaf", "last");
    }

    @Test
    void onlyBTreesAreSorted() {
        LoadOptions options = LoadOptions.defaults();
        ConnectionFactory owner = new ConnectionFactory(source, PasswordSupplier.none(), "test", ConnectionRole.TARGET);
        var indexes = new SchemaLoader(new PgRestore(Databases.TOOLS, 15, owner, options), options)
                .plainIndexes(backup.dump());

        assertThat(indexes)
                .hasEntrySatisfying(
                        new QualifiedName("public", "plain"),
                        of -> assertThat(of.sorted()).isFalse())
                .hasEntrySatisfying(
                        new QualifiedName("public", "counted"),
                        of -> assertThat(of.sorted()).isTrue());
    }

    /** Loads hold locks on what their checks read; an order of one's own may be of others' rows. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE checked (id int CHECK (of_others(id) > 0))",
                "CREATE OPERATOR CLASS own FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int)"
            })
    void noneWhereCodeOfItsOwnChecksOrOrders(String code) throws IOException {
        Databases.sql(source, code);
        Databases.Backup with = backup(source);
        target.create(name, with.shape());
        try (TargetDatabase database = target.open(name, LoadOptions.defaults())) {
            database.preData(with.dump());
            Databases.loadRows(database, with);

            assertThat(database.indexLoaded(with.dump())).isFalse();
            assertThat(Databases.query(copy, INDEXES)).isEmpty();
        }
    }

    @Test
    void aRescueMakesThemWhenItKnowsWhatThereIs() {
        target.create(name, backup.shape());
        try (TargetDatabase database = target.open(name, LoadOptions.defaults().withKeepGoing(true))) {
            database.preData(backup.dump());
            Databases.loadRows(database, backup);
            indexAll(database);

            assertThat(Databases.query(copy, INDEXES)).isEmpty();
        }
    }

    @Test
    @Timeout(120)
    void statisticsWaitForTheLastIndexOfALargeTable() throws Exception {
        DatabaseAddress sizes = Databases.fresh();
        Databases.sql(
                sizes,
                "CREATE TABLE large (id int PRIMARY KEY, a int); CREATE INDEX ON large (a)",
                "CREATE TABLE small (id int PRIMARY KEY)",
                "INSERT INTO large SELECT n, n FROM generate_series(1, 100000) n",
                "INSERT INTO small VALUES (1), (2)");
        Databases.Backup both = backup(sizes);
        target.create(name, both.shape());
        Connection holder = Databases.connect(copy);
        try (TargetDatabase database = target.open(name, LoadOptions.defaults().withJobs(2))) {
            database.preData(both.dump());
            Databases.loadRows(database, both);
            Sql.run(holder, "BEGIN; LOCK TABLE public.large IN ROW EXCLUSIVE MODE");
            CompletableFuture<Void> ofLarge = indexing(database, both);
            Awaitility.await()
                    .until(() -> !Databases.query(copy, "SELECT pid FROM pg_locks WHERE NOT granted")
                            .isEmpty());

            CompletableFuture<Void> ofSmall = indexing(database, both);

            Awaitility.await().until(() -> Databases.query(copy, INDEXES).contains("small_pkey"));
            Awaitility.await()
                    .during(Duration.ofMillis(300))
                    .until(() ->
                            !ofSmall.isDone() && Databases.query(copy, ANALYZED).isEmpty());
            Sql.run(holder, "COMMIT");
            ofLarge.get();
            ofSmall.get();
            assertThat(Databases.query(copy, ANALYZED)).contains("small");
        } finally {
            ConnectionFactory.close(holder);
        }
    }

    private static CompletableFuture<Void> indexing(TargetDatabase database, Databases.Backup backup) {
        return CompletableFuture.runAsync(
                () -> {
                    while (database.indexLoaded(backup.dump())) {}
                },
                task -> Thread.ofPlatform().start(task));
    }

    private void indexAll(TargetDatabase database) {
        while (database.indexLoaded(backup.dump())) {}
    }

    private void load(TargetDatabase database, List<TableDescriptor> tables) {
        for (TableDescriptor table : tables) {
            Fingerprint print = backup.prints().getOrDefault(table.name(), Fingerprint.EMPTY);
            byte[] rows = backup.rows().getOrDefault(table.name(), new byte[0]);
            database.load(table, print.rows(), () -> new ByteArrayInputStream(rows));
        }
    }
}
