package io.holdfast.engine.postgres.inplace;

import static io.holdfast.engine.postgres.LiveShop.rows;
import static io.holdfast.engine.postgres.LiveShop.tables;
import static io.holdfast.engine.postgres.LiveShop.withParents;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.LiveShop;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveTest {
    private final LiveShop shop = new LiveShop(
            "CREATE TABLE clients (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL)",
            "CREATE TABLE tickets (id serial PRIMARY KEY, client int NOT NULL REFERENCES clients, title text)",
            "INSERT INTO clients (name) SELECT 'client ' || g FROM generate_series(1, 20) g",
            "INSERT INTO tickets (client, title) SELECT 1 + g % 20, 'ticket ' || g FROM generate_series(1, 100) g");

    private static InPlaceWriteResult.Table written(String table, long inserted, long updated, long deleted) {
        return new InPlaceWriteResult.Table(new QualifiedName("public", table), inserted, updated, deleted);
    }

    @Test
    void replaceMakesATableEqualAgain() {
        Map<QualifiedName, Fingerprint> before = shop.state();
        shop.then(
                "DELETE FROM tickets WHERE id <= 10",
                "UPDATE tickets SET title = 'garbled' WHERE id BETWEEN 11 AND 15",
                "INSERT INTO tickets (client, title) VALUES (1, 'new')");

        InPlaceStage stage = shop.stage(tables(Mode.REPLACE, "public.tickets"));
        InPlaceDiff.Table difference = stage.difference().tables().getFirst();
        assertThat(difference.missing().count()).isEqualTo(10);
        assertThat(difference.missing().samples()).contains(Map.of("id", "1")).hasSize(10);
        assertThat(difference.changed().count()).isEqualTo(5);
        assertThat(difference.extra().samples()).containsExactly(Map.of("id", "101"));
        InPlaceWriteResult written = stage.apply();

        assertThat(written.tables()).containsExactly(written("tickets", 10, 5, 1));
        assertThat(stage.apply()).isEqualTo(written);
        assertThat(shop.live().applied(shop.restore)).contains(written);
        assertThat(stage.difference().tables().getFirst().missing().count()).isZero();
        assertThat(shop.state()).isEqualTo(before);
        assertThat(shop.live().applied(shop.restore)).isEmpty();
    }

    @Test
    void mergeKeepsWhatIsNewAndMissingOnlyAlsoWhatChanged() {
        shop.then(
                "DELETE FROM tickets WHERE id <= 10",
                "UPDATE tickets SET title = 'changed' WHERE id = 11",
                "INSERT INTO tickets (client, title) VALUES (1, 'new')");

        assertThat(shop.restore(tables(Mode.MISSING_ONLY, "tickets")).tables())
                .containsExactly(written("tickets", 10, 0, 0));
        assertThat(shop.query("SELECT title FROM tickets WHERE id IN (10, 11, 101) ORDER BY id"))
                .containsExactly("ticket 10", "changed", "new");
        assertThat(shop.restore(tables(Mode.MERGE, "tickets")).tables()).containsExactly(written("tickets", 0, 1, 0));
        assertThat(shop.query("SELECT title FROM tickets WHERE id IN (10, 11, 101) ORDER BY id"))
                .containsExactly("ticket 10", "ticket 11", "new");
    }

    @Test
    void deletedRowsComeBackWithTheirParents() {
        Map<QualifiedName, Fingerprint> before = shop.state();
        shop.then("DELETE FROM tickets WHERE client = 7", "DELETE FROM clients WHERE id = 7");

        InPlaceDiff alone = shop.stage(rows(Mode.MISSING_ONLY, "tickets", Map.of("client", "7")))
                .difference();
        assertThat(alone.obstacles())
                .singleElement()
                .satisfies(obstacle -> assertThat(obstacle.message())
                        .startsWith("5 rows of public.tickets to be restored refer to rows of public.clients"));
        InPlaceWriteResult written =
                shop.restore(withParents(rows(Mode.MISSING_ONLY, "tickets", Map.of("client", "7"))));

        assertThat(written.tables()).containsExactly(written("tickets", 5, 0, 0), written("clients", 1, 0, 0));
        assertThat(shop.state()).isEqualTo(before);
    }

    @Test
    void rowsWhoseCheckAndIndexNeedTheSearchPathAreRestoredInPlace() {
        LiveShop limited = new LiveShop(
                "CREATE TABLE lim (n int); INSERT INTO lim VALUES (10)",
                "CREATE FUNCTION below(i int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS"
                        + " $$ BEGIN RETURN i < (SELECT n FROM lim); END $$",
                "CREATE TABLE t (id int PRIMARY KEY, v int CHECK (below(v))); CREATE INDEX ON t (below(v))",
                "SET search_path = public; INSERT INTO t VALUES (1, 5), (2, 6)");
        Map<QualifiedName, Fingerprint> before = limited.state();
        limited.then("SET search_path = public; DELETE FROM t WHERE id = 1; UPDATE t SET v = 7 WHERE id = 2");

        limited.restore(tables(Mode.REPLACE, "t"));

        assertThat(limited.state()).isEqualTo(before);
    }

    @Test
    void aBackupMadeMeanwhileDoesNotHoldTheStage() {
        Map<QualifiedName, Fingerprint> before = shop.state();

        shop.stage(tables(Mode.REPLACE, "tickets"));

        shop.backedUpAgain();
        assertThat(shop.names()).containsExactlyInAnyOrderElementsOf(before.keySet());
        assertThat(shop.query("SELECT nspname FROM pg_namespace WHERE nspname ~ 'holdfast'"))
                .hasSize(1);
    }

    @Test
    void replacedRowsAreThoseThatAreChosenAndNoOthers() {
        shop.then(
                "DELETE FROM tickets WHERE id = 2",
                "INSERT INTO tickets (client, title) VALUES (3, 'extra'), (4, 'of another client')",
                "UPDATE tickets SET client = 5 WHERE id = 22",
                "UPDATE tickets SET title = 'not chosen' WHERE id = 3");

        InPlaceWriteResult written = shop.restore(rows(Mode.REPLACE, "tickets", Map.of("client", "3")));

        assertThat(written.tables()).containsExactly(written("tickets", 1, 1, 1));
        assertThat(shop.query("SELECT title FROM tickets WHERE id IN (2, 3, 22, 101, 102) ORDER BY id"))
                .containsExactly("ticket 2", "not chosen", "ticket 22", "of another client");
    }
}
