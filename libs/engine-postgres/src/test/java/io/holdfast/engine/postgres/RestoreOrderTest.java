package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Databases whose objects come back only in one order. */
class RestoreOrderTest {
    private final DatabaseAddress source = Databases.fresh();
    private final TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());

    /** pg_dump writes by name, so a leaf may come before the root that has the trigger; pg_restore fails on it. */
    @Test
    void aLeafsTriggerIsDisabledOnceItIsThere() throws IOException {
        DatabaseAddress leaves = Databases.fresh();
        Databases.sql(
                leaves,
                "CREATE TABLE orders (id int, region text) PARTITION BY LIST (region)",
                "CREATE TABLE a_sub PARTITION OF orders FOR VALUES IN ('eu') PARTITION BY RANGE (id)",
                "CREATE TABLE b_leaf PARTITION OF a_sub DEFAULT",
                "CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
                "CREATE CONSTRAINT TRIGGER audit AFTER INSERT ON orders DEFERRABLE FOR EACH ROW EXECUTE FUNCTION tg()",
                "ALTER TABLE b_leaf DISABLE TRIGGER audit");
        Databases.Backup backup;
        try (Snapshot snapshot = Databases.open(leaves)) {
            backup = Databases.backup(snapshot);
        }

        String copy = Databases.restore(target, backup);

        assertThat(Databases.query(
                        leaves.withDatabase(copy),
                        "SELECT tgrelid::regclass::text || tgenabled::text FROM pg_trigger ORDER BY 1"))
                .containsExactly("a_subO", "b_leafD", "ordersO");
    }

    /** pg_dump writes a materialized view behind the primary key that its GROUP BY relies on. */
    @Test
    void aMaterializedViewThatReliesOnAKeyHasItsIndexes() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE t (k int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b')",
                "CREATE MATERIALIZED VIEW m AS SELECT k, v FROM t GROUP BY k; CREATE UNIQUE INDEX once ON m (k)",
                "CREATE MATERIALIZED VIEW n AS SELECT k FROM m; CREATE INDEX of_n ON n (k)",
                "CREATE VIEW w AS SELECT k, v FROM t GROUP BY k");

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup()));

        assertThat(Databases.query(copy, "SELECT indexdef FROM pg_indexes WHERE tablename IN ('m', 'n') ORDER BY 1"))
                .containsExactly(
                        "CREATE INDEX of_n ON public.n USING btree (k)",
                        "CREATE UNIQUE INDEX once ON public.m USING btree (k)");
        assertThat(Databases.query(copy, "SELECT k || v FROM m JOIN n USING (k) JOIN w USING (k, v) ORDER BY 1"))
                .containsExactly("1a", "2b");
    }

    /** pg_restore takes a comment for part of the section of what its list has before it. */
    @Test
    void theCommentOfTheFirstSchemaComesBack() throws IOException {
        Databases.sql(source, "COMMENT ON SCHEMA public IS 'ours now'; CREATE TABLE t (k int PRIMARY KEY)");

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup()));

        assertThat(Databases.query(copy, "SELECT obj_description('public'::regnamespace, 'pg_namespace')"))
                .containsExactly("ours now");
    }

    /** Nothing in the catalogs says that c reads b. */
    @Test
    void aMaterializedViewThatReadsAnotherByAFunctionIsFilledAfterIt() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE t AS SELECT 1 AS x; CREATE MATERIALIZED VIEW b AS SELECT x FROM t",
                "CREATE FUNCTION rb() RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN RETURN (SELECT max(x) FROM public.b); END'",
                "CREATE MATERIALIZED VIEW c AS SELECT public.rb() AS x",
                "CREATE MATERIALIZED VIEW a AS SELECT c.x + b.x AS x FROM c, b");

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup()));

        for (String view : List.of("a", "b", "c")) {
            Databases.sql(copy, "REFRESH MATERIALIZED VIEW " + view + " WITH NO DATA");
        }
        List<QualifiedName> worst = Stream.of("c", "b", "a")
                .map(view -> new QualifiedName("public", view))
                .toList();
        try (TargetDatabase database = target.open(copy.database(), LoadOptions.defaults())) {
            assertThat(database.refresh(worst.subList(0, 1)))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.message()).contains("has not been populated"));

            assertThat(database.refresh(worst)).isEmpty();
        }
        assertThat(Databases.query(copy, "SELECT x FROM a")).containsExactly("2");
    }

    @Test
    void aNameThatIsAKindOfObjectIsAName() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE \"DATABASE x\" (a int, b int)",
                "CREATE STATISTICS \"EVENT TRIGGER s\" ON a, b FROM \"DATABASE x\"",
                "COMMENT ON STATISTICS \"EVENT TRIGGER s\" IS 'two columns'",
                "CREATE INDEX \"PUBLICATION i\" ON \"DATABASE x\" (a); COMMENT ON INDEX \"PUBLICATION i\" IS 'one'");

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup()));

        try (Snapshot snapshot = Databases.open(copy)) {
            assertThat(Databases.ENGINE.compareSchemas(
                            backup().dump(), Databases.backup(snapshot).dump(), LoadOptions.defaults()))
                    .isEmpty();
        }
        assertThat(
                        Databases.query(
                                copy,
                                "SELECT description FROM pg_description WHERE description IN ('one', 'two columns') ORDER BY 1"))
                .containsExactly("one", "two columns");
    }

    /** A parent's constraint locks its children in another order than their own do. */
    @Test
    @Tag("slow")
    void constraintsOfParentsAndChildrenDoNotLockEachOtherOut() throws IOException {
        Databases.sql(source, "CREATE TABLE parent (k int, v int)");
        for (int i = 0; i < 30; i++) {
            Databases.sql(source, "CREATE TABLE c" + i + " (PRIMARY KEY (k)) INHERITS (parent)");
        }
        for (int i = 0; i < 150; i++) {
            Databases.sql(
                    source,
                    "ALTER TABLE c" + i % 30 + " ADD FOREIGN KEY (v) REFERENCES c" + (i * 7 + 1) % 30
                            + "; ALTER TABLE parent" + " ADD CONSTRAINT p" + i + " CHECK (v <> " + i + ") NOT VALID");
        }

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup()));

        assertThat(Databases.query(copy, "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"))
                .containsExactly("150");
    }

    private Databases.Backup backup() throws IOException {
        try (Snapshot snapshot = Databases.open(source)) {
            return Databases.backup(snapshot);
        }
    }
}
