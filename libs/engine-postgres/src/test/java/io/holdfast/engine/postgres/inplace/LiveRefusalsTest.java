package io.holdfast.engine.postgres.inplace;

import static io.holdfast.engine.postgres.LiveShop.rows;
import static io.holdfast.engine.postgres.LiveShop.tables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreRequest.RowSelection;
import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.LiveShop;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever stands against a restore is said, all at once where it can be known, and nothing live is touched. */
class LiveRefusalsTest {
    private static final String[] SHOP = {
        "CREATE TABLE clients (id int PRIMARY KEY, name text, email text UNIQUE DEFERRABLE)",
        "CREATE TABLE tickets (id int PRIMARY KEY, client int REFERENCES clients ON DELETE CASCADE, due date, extra json)",
        "CREATE TABLE notes (ticket int REFERENCES tickets ON DELETE SET NULL, note text)",
        "INSERT INTO clients SELECT g, 'c' || g, g || '@x' FROM generate_series(1, 5) g",
        "INSERT INTO tickets SELECT g, 1 + g % 5, '2026-01-01' FROM generate_series(1, 20) g",
        "INSERT INTO notes SELECT g, 'note' FROM generate_series(1, 20) g"
    };

    private final LiveShop shop = new LiveShop(SHOP);
    private Map<QualifiedName, Fingerprint> before = Map.of();

    /** Nothing is left of anything refused. */
    private LiveShop meanwhile(String... statements) {
        shop.then(statements);
        before = shop.state();
        return shop;
    }

    @AfterEach
    void nothingWasTouched() {
        if (!before.isEmpty()) {
            assertThat(shop.state()).isEqualTo(before);
        }
        assertThat(shop.query("SELECT nspname FROM pg_namespace WHERE nspname ~ 'holdfast'"))
                .isEmpty();
    }

    private static HoldfastException failing(Runnable what) {
        HoldfastException holdfastException = catchThrowableOfType(HoldfastException.class, what::run);
        assertThat(holdfastException).isNotNull();
        return holdfastException;
    }

    @Test
    void everythingWrongWithARequestIsSaidAtOnce() {
        meanwhile(
                "ALTER TABLE notes DROP COLUMN note",
                "ALTER TABLE clients ADD must int NOT NULL DEFAULT 1; ALTER TABLE clients ALTER must DROP DEFAULT");
        InPlaceSelection selection = new InPlaceSelection(
                Mode.MERGE,
                List.of("public.client", "clients", "notes"),
                List.of(
                        new RowSelection("tickets", Map.of("idd", "1")),
                        new RowSelection("tickets", Map.of("id", "one")),
                        new RowSelection("tickets", Map.of("due", "someday")),
                        new RowSelection("tickets", Map.of("extra", "{}")),
                        new RowSelection("clients", Map.of("id", "1"))),
                false);

        InPlacePlan plan = shop.plan(selection);

        assertThat(plan.possible()).isFalse();
        assertThat(plan.problems().stream().map(FailureReason::message))
                .satisfiesExactlyInAnyOrder(
                        m -> assertThat(m)
                                .contains("\"public.client\" is not in the backup; did you mean \"public.clients\""),
                        m -> assertThat(m).contains("public.clients is selected as a whole and by rows"),
                        m -> assertThat(m)
                                .contains("public.clients has a column \"must\" that the backup does not have"),
                        m -> assertThat(m).contains("public.notes has no column \"note\" any more"),
                        m -> assertThat(m).contains("public.notes has no primary key"),
                        m -> assertThat(m)
                                .contains("public.tickets has no column \"idd\"")
                                .contains("did you mean \"id\""),
                        m -> assertThat(m).contains("\"id\" of type integer").doesNotContain("one)"),
                        m -> assertThat(m).contains("\"due\" of type date"),
                        m -> assertThat(m).contains("\"extra\" of type json").contains("cannot be compared"));
        assertThat(failing(() -> shop.stage(selection)).reason().message().lines())
                .hasSize(9);
    }

    @Test
    void childrenThatWouldBeLeftAloneAreCountedAndNothingCascades() {
        meanwhile(
                "INSERT INTO clients VALUES (6, 'new', '6@x')",
                "INSERT INTO tickets VALUES (21, 6)",
                "UPDATE clients SET name = 'x'");

        InPlaceStage stage = shop.stage(tables(Mode.REPLACE, "clients"));

        assertThat(stage.difference().obstacles())
                .extracting(FailureReason::message)
                .singleElement()
                .asString()
                .startsWith("1 rows of public.tickets refer to rows of public.clients that are not in the backup");
        assertThat(failing(stage::apply).code()).isEqualTo(FailureCode.TARGET_UNSUITABLE);
    }

    @Test
    void theClosureIsShown() {
        InPlacePlan plan = shop.plan(tables(Mode.REPLACE, "tickets"));

        assertThat(plan.references())
                .containsExactlyInAnyOrder(
                        new InPlacePlan.Reference(
                                "tickets_client_fkey", name("tickets"), name("clients"), InPlacePlan.Kind.TO_PARENT),
                        new InPlacePlan.Reference(
                                "notes_ticket_fkey", name("notes"), name("tickets"), InPlacePlan.Kind.FROM_CHILD));
        assertThat(plan.tables().getFirst().key()).containsExactly("id");
    }

    @Test
    void aWayBackNeedsWhatRowsReferToAndTheTreesThatTheyAreIn() {
        LiveShop trees = new LiveShop(
                "CREATE TABLE regions (id int PRIMARY KEY)",
                "CREATE TABLE clients (id int PRIMARY KEY, region int REFERENCES regions)",
                "CREATE TABLE events (id int, at date, client int REFERENCES clients) PARTITION BY RANGE (at)",
                "CREATE TABLE \"events.1\" PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
                "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')",
                "CREATE TABLE unheard (event int, other int REFERENCES clients)");

        assertThat(trees.plan(tables(Mode.REPLACE, "events_2")).needed())
                .containsExactly(name("clients"), name("events"), name("events.1"), name("events_2"), name("regions"));
        assertThat(trees.plan(tables(Mode.REPLACE, "regions")).needed()).containsExactly(name("regions"));
    }

    private static QualifiedName name(String table) {
        return new QualifiedName("public", table);
    }

    @Test
    void aPlaceThatAnotherRowHoldsIsAskedForByName() {
        meanwhile("DELETE FROM clients WHERE id = 5", "INSERT INTO clients VALUES (7, 'thief', '5@x')");
        InPlaceStage stage = shop.stage(tables(Mode.MERGE, "clients"));

        HoldfastException refused = failing(stage::apply);

        assertThat(refused.code()).isEqualTo(FailureCode.TARGET_LOAD_FAILED);
        assertThat(refused.getMessage())
                .contains("public.clients")
                .contains("email")
                .doesNotContain("5@x");
    }

    @Test
    void retypedColumnsAreNamedAndRefusedUnlessEveryValueStaysTheSame() {
        meanwhile(
                "ALTER TABLE tickets ALTER due TYPE timestamptz",
                "ALTER TABLE clients ALTER id TYPE bigint, ALTER email TYPE varchar(2)" + " USING left(email, 2)");

        assertThat(shop.plan(tables(Mode.MERGE, "tickets", "clients")).notes())
                .anyMatch(note ->
                        note.contains("public.tickets have another type") && note.contains("due (timestamp with"))
                .anyMatch(
                        note -> note.contains("public.clients have another type") && note.contains("id (bigint now)"));
        HoldfastException refused = failing(() -> shop.stage(tables(Mode.MERGE, "tickets")));
        assertThat(refused.code()).isEqualTo(FailureCode.ROWS_DIFFER);
        assertThat(refused.getMessage()).contains("holds other types of values");
        assertThat(failing(() -> shop.stage(tables(Mode.MERGE, "clients"))).getMessage())
                .contains("staging public.clients");
    }

    @Test
    void aRoleIsToldEveryRightThatItLacks() {
        meanwhile("DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        shop.then(
                "GRANT SELECT, UPDATE ON tickets TO guest",
                "ALTER TABLE tickets ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON tickets USING (id < 10)");
        shop.as("guest");

        List<String> problems = shop.plan(tables(Mode.MERGE, "tickets")).problems().stream()
                .map(FailureReason::message)
                .toList();

        shop.as(shop.address.user());
        assertThat(problems)
                .anyMatch(m -> m.contains("create a schema"))
                .anyMatch(m -> m.contains("lacks INSERT on table public.tickets"))
                .anyMatch(m -> m.contains("lacks SELECT on table public.clients"))
                .anyMatch(m -> m.contains("keep others from writing to public.notes"))
                .anyMatch(m -> m.contains("keep triggers of public.tickets from acting"))
                .anyMatch(m -> m.contains("row-level security"));
    }

    @Test
    void aTableThatSomebodyWritesToIsNotWaitedForLong() throws SQLException {
        meanwhile("UPDATE tickets SET due = NULL");
        InPlaceStage stage = shop.stage(tables(Mode.MERGE, "tickets"));
        Connection writer = Databases.connect(shop.address);
        Sql.run(writer, "BEGIN; UPDATE public.tickets SET due = '2026-02-02' WHERE id = 1");

        assertThat(failing(stage::apply).code()).isEqualTo(FailureCode.TARGET_BUSY);
        Sql.run(writer, "ROLLBACK; BEGIN; DELETE FROM public.clients WHERE id = 1");
        assertThat(failing(stage::apply).code()).isEqualTo(FailureCode.TARGET_BUSY);

        ConnectionFactory.close(writer);
    }

    @Test
    void aTableThatWasAlteredSinceItWasStagedForIsRefused() {
        meanwhile("UPDATE tickets SET due = NULL");
        InPlaceStage stage = shop.stage(tables(Mode.MERGE, "tickets"));
        shop.then("ALTER TABLE tickets ADD later int");
        assertThat(failing(stage::apply).code()).isEqualTo(FailureCode.TARGET_CHANGED);
        shop.then("ALTER TABLE tickets DROP later");

        assertThat(shop.query("SELECT count(*) FROM tickets WHERE due IS NULL")).containsExactly("20");
    }

    @Test
    void stagedRowsThatAreNotWhatTheyWereAreNotRestored() {
        meanwhile("DELETE FROM notes");
        InPlaceStage stage = shop.stage(tables(Mode.REPLACE, "notes"));
        String schema = "holdfast_restore_" + shop.restore.toString().replace("-", "");
        shop.then("TRUNCATE " + schema + ".t1");

        assertThat(failing(stage::apply).getMessage()).contains("stage them again");
    }

    @Test
    void rowsThatAreNotTheBackupsAreNotStaged() {
        LiveDatabase live = shop.live();
        InPlaceStage stage = shop.unloaded(tables(Mode.REPLACE, "notes"));

        HoldfastException refused = failing(() -> stage.load(
                stage.wanting().getFirst(),
                new Fingerprint(1, 2, 3),
                () -> new ByteArrayInputStream("1\tx\n".getBytes(StandardCharsets.UTF_8))));

        live.discard(shop.restore);
        assertThat(refused.code()).isEqualTo(FailureCode.ROWS_DIFFER);
    }

    @Test
    void whoDiedAfterTheCommitFindsWhatWasWritten() {
        shop.then("DELETE FROM notes WHERE ticket < 4");
        InPlaceSelection selection = tables(Mode.REPLACE, "notes");
        InPlaceStage stage = shop.stage(selection);
        assertThat(shop.live().applied(shop.restore)).isEmpty();
        InPlaceStage again = shop.stage(selection);
        InPlaceWriteResult written = again.apply();

        assertThat(shop.live().applied(shop.restore)).contains(written);
        assertThat(stage.apply()).isEqualTo(written);
        assertThatThrownBy(() -> shop.stage(selection))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.REQUEST_CONFLICT));
        assertThat(written.tables()).containsExactly(new InPlaceWriteResult.Table(name("notes"), 3, 0, 0));
        shop.live().discard(shop.restore);
        shop.live().discard(shop.restore);
    }

    @Test
    void anInterruptEndsItAndLeavesNothingRunning() throws Exception {
        meanwhile("DELETE FROM notes");
        InPlaceStage stage = shop.patient().stage(rows(Mode.REPLACE, "notes", Map.of("note", "note")));
        Connection writer = Databases.connect(shop.address);
        Sql.run(writer, "BEGIN; LOCK TABLE public.notes");
        CompletableFuture<HoldfastException> ended = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> ended.complete(failing(stage::difference)));
        String waiting = "SELECT pid FROM pg_stat_activity WHERE application_name = 'holdfast/restore' AND datname ="
                + " current_database()";
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        !shop.query(waiting + " AND wait_event_type = 'Lock'").isEmpty());

        thread.interrupt();

        assertThat(ended.get().code()).isEqualTo(FailureCode.CANCELLED);
        await().atMost(Duration.ofSeconds(60)).until(() -> shop.query(waiting).isEmpty());
        ConnectionFactory.close(writer);
    }
}
