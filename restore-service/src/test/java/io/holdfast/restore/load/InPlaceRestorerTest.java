package io.holdfast.restore.load;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.saga.Asking;
import io.holdfast.restore.saga.Bus;
import io.holdfast.restore.saga.Desk;
import io.holdfast.restore.saga.JobRows;
import io.holdfast.restore.saga.LogLines;
import io.holdfast.restore.saga.Shop;
import io.holdfast.restore.saga.Site;
import io.holdfast.restore.saga.WatchedRestores;
import io.holdfast.restore.switchover.SafetyBackups;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class InPlaceRestorerTest {
    private static final String MERGE = "{\"kind\":\"merge\",\"mode\":\"MERGE\"}";
    private static final String NOT_SAFE = ",\"withoutSafety\":\"a test\"";

    @Inject
    Shop shop;

    @Inject
    Desk desk;

    @Inject
    Site site;

    @Inject
    Bus bus;

    @Inject
    WatchedRestores watched;

    @Inject
    JobRows jobs;

    private Manifest backup;

    @BeforeEach
    void disaster() {
        site.application.reset();
        backup = desk.garbledAfterBackup(Desk.DESK);
    }

    private static String asked(String target, String more) {
        return Desk.ask("ann", "desk", target, more).statusCode(202).extract().path("id");
    }

    @Test
    void garbledRowsAreMadeGoodAndOnesThatCameLaterStay() {
        String id = asked(MERGE, ",\"tables\":[\"people\"]" + NOT_SAFE);

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("desk")).isEqualTo("101 500 0");
        assertThat(shop.query("desk", "select nspname from pg_namespace where nspname like 'holdfast%'"))
                .as("what was staged")
                .isEmpty();
        JsonPath restore = Asking.shown(id);
        assertThat(restore.getString("safety")).contains("a test");
        assertThat(restore.getInt("difference.tables[0].changed.count")).isEqualTo(49);
        assertThat(restore.getInt("writes.tables[0].updated")).isEqualTo(49);
        assertThat(restore.getInt("differenceAfter.tables[0].changed.count")).isZero();
        assertThat(site.application.told).containsExactly("on", "off");
    }

    @Test
    void deletedRowsComeBackByTheirKey() {
        String id = asked(
                "{\"kind\":\"merge\",\"mode\":\"MISSING_ONLY\"}",
                ",\"rows\":[{\"table\":\"notes\",\"values\":{\"id\":\"2\"}},{\"table\":\"notes\",\"values\":{\"id\":\"4\"}}]"
                        + NOT_SAFE);

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("desk")).isEqualTo("101 502 49");
    }

    @Test
    void theSafetyBackupComesFirstAndARollbackGoesByIt() {
        String id = asked("{\"kind\":\"merge\",\"mode\":\"REPLACE\"}", ",\"tables\":[\"notes\"]");
        Desk.awaitState(id, RestoreState.SAFETY);
        assertThat(desk.content("desk")).isEqualTo("garbled");

        assertThat(desk.safetyBackupAsked(id).tables()).containsExactly("public.notes", "public.people");
        Manifest safety = desk.safetyBackupMade(id);

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("desk")).isEqualTo("101 1000 49");
        assertThat(Asking.shown(id).getString("safetyBackupId"))
                .isEqualTo(safety.backup().toString());
        Desk.tell("ann", id, "rollback").statusCode(202);
        Desk.awaitState(id, RestoreState.ROLLED_BACK);
        assertThat(desk.content("desk")).isEqualTo("garbled");
    }

    @Test
    @Tag("slow")
    void whatOnlyHasWhatWasWrittenDoesNotReplaceTheWholeDatabase() {
        String of = asked("{\"kind\":\"merge\",\"mode\":\"REPLACE\"}", ",\"tables\":[\"people\"]");
        Desk.awaitState(of, RestoreState.SAFETY);
        assertThat(desk.safetyBackupAsked(of).tables()).containsExactly("public.people");
        Manifest safety = desk.safetyBackupMade(of);
        Desk.awaitState(of, RestoreState.WATCHING);

        String id = Desk.replacing("desk", ",\"backup\":\"" + safety.backup() + "\"");

        Desk.awaitState(id, RestoreState.FAILED);
        JsonPath failed = Asking.shown(id);
        assertThat(failed.getString("reason.code")).isEqualTo("BACKUP_NOT_USABLE");
        assertThat(failed.getString("reason.message")).contains("public.people", "--table", "--into");
        assertThat(desk.content("desk")).isEqualTo("100 500 0");
    }

    @Test
    void whereNoDatabaseMayBeMadeAllTablesBecomeAsInTheBackupInPlace() {
        desk.garbledAfterBackup(Desk.MODEST, "powerless");
        String id = Desk.replacing("modest", "");
        Desk.awaitState(id, RestoreState.SAFETY);
        assertThat(desk.content("modest")).isEqualTo("garbled");
        JsonPath planned = Asking.shown(id);
        assertThat(planned.getString("kind")).isEqualTo("IN_PLACE");
        assertThat(planned.getList("plan.lines", String.class))
                .anySatisfy(line -> assertThat(line).contains("may not create databases", "in place"));

        assertThat(desk.safetyBackupAsked(id).tables()).as("of everything").isNull();
        desk.safetyBackupMade(id, Desk.MODEST);

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("modest")).isEqualTo("good");
        Desk.tell("ann", id, "rollback").statusCode(202);
        Desk.awaitState(id, RestoreState.ROLLED_BACK);
        assertThat(desk.content("modest")).isEqualTo("garbled");
    }

    @Test
    @Tag("slow")
    void anotherSchemaDoesNotGoBackInPlaceAndTheWayOutIsNamed() {
        desk.garbledAfterBackup(Desk.MODEST, "powerless");
        shop.sql("modest", "alter table notes add column later int");

        String id = Desk.replacing("modest", "");

        Desk.awaitState(id, RestoreState.FAILED);
        JsonPath failed = Asking.shown(id);
        assertThat(failed.getString("reason.code")).isEqualTo("SCHEMA_DIFFERS");
        assertThat(failed.getString("reason.message")).contains("notes", "CREATEDB");
        assertThat(desk.content("modest")).isEqualTo("garbled");
    }

    @Test
    void aWholeDatabaseDoesNotGoBackInPlaceWithoutAWayBack() {
        desk.garbledAfterBackup(Desk.MODEST, "powerless");

        String id = Desk.replacing("modest", NOT_SAFE);

        Desk.awaitState(id, RestoreState.FAILED);
        assertThat(Asking.shown(id).getString("reason.message")).contains("no way back", "--without-safety");
        assertThat(desk.content("modest")).isEqualTo("garbled");
    }

    @Test
    void whatTheSafetyBackupLacksIsNotWritten() {
        String id = asked(MERGE, ",\"tables\":[\"people\"]");
        Desk.awaitState(id, RestoreState.SAFETY);

        var request = desk.safetyBackupAsked(id);
        String[] labels = request.labels().toArray(new String[0]);
        desk.safetyBackupTold(id, Desk.DESK, request, shop.backup("postgres", Desk.DESK, labels));

        Desk.awaitState(id, RestoreState.FAILED);
        JsonPath failed = Asking.shown(id);
        assertThat(failed.getString("reason.code")).isEqualTo("SAFETY_BACKUP_FAILED");
        assertThat(failed.getString("reason.message")).contains("people", "nothing was written");
        assertThat(desk.content("desk")).isEqualTo("garbled");
    }

    @Test
    void anEventThatNamesAnotherBackupAsTheSafetyBackupWritesNothing() {
        String id = asked(MERGE, ",\"tables\":[\"people\"]");
        Desk.awaitState(id, RestoreState.SAFETY);

        try (LogLines log = new LogLines(SafetyBackups.class)) {
            desk.safetyBackupTold(id, Desk.DESK, desk.safetyBackupAsked(id), shop.backup("desk", Desk.DESK, "safety"));
            await().atMost(Bus.PATIENCE).until(() -> log.lines.stream().anyMatch(line -> line.contains(id)));
        }
        await().atMost(Bus.PATIENCE).until(() -> Asking.shown(id).getString("safetyBackupId") == null);
        assertThat(Asking.state(id)).isEqualTo("SAFETY");
        assertThat(desk.content("desk")).isEqualTo("garbled");

        Manifest safety = desk.safetyBackupMade(id);
        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(Asking.shown(id).getString("safetyBackupId"))
                .isEqualTo(safety.backup().toString());
    }

    /** A correlation can be chosen by whoever may request a backup of any source. */
    @Test
    void anOutcomeOfAnotherSourceOrRequestIsNotThatOfTheSafetyBackup() {
        String id = asked(MERGE, ",\"tables\":[\"people\"]");
        desk.safetyBackupAsked(id);
        var reason = FailureReason.of(FailureCode.VAULT_FULL, "forged");
        var correlation = Map.of("correlationid", SafetyBackups.CORRELATION + id);

        bus.send(
                Topic.BACKUP_EVENTS,
                new BackupEvent.Failed(
                        shop.backup("modest", Desk.MODEST).backup(),
                        Desk.MODEST,
                        BackupKind.SAFETY,
                        List.of(),
                        reason,
                        Instant.now()),
                UUID.randomUUID().toString(),
                correlation);
        bus.send(
                Topic.BACKUP_EVENTS,
                new RequestRejected("io.holdfast.BackupRequested.v1", "/ci", "another", "desk", reason, Instant.now()),
                UUID.randomUUID().toString(),
                correlation);
        bus.send(
                Topic.BACKUP_EVENTS,
                new RequestRejected("io.holdfast.BackupRequested.v1", "/ci", "another", "desk", reason, Instant.now()),
                UUID.randomUUID().toString(),
                Map.of("correlationid", SafetyBackups.CORRELATION + "nothing"));

        desk.safetyBackupMade(id);
        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("desk")).isEqualTo("101 500 0");
    }

    @Test
    void anOlderSafetyBackupIsNoWayBack() {
        String id = asked(MERGE, ",\"tables\":[\"people\"]");
        var request = desk.safetyBackupAsked(id);

        Manifest early =
                desk.safetyBackupStored(request, Desk.DESK, Instant.now().minus(Duration.ofMinutes(10)));
        desk.safetyBackupTold(id, Desk.DESK, request, early);

        await().atMost(Bus.PATIENCE).until(() -> Asking.shown(id).getString("safetyBackupId") == null);
        assertThat(desk.content("desk")).isEqualTo("garbled");
        Manifest safety = desk.safetyBackupMade(id);
        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(Asking.shown(id).getString("safetyBackupId"))
                .isEqualTo(safety.backup().toString());
    }

    @Test
    @Tag("slow")
    void largeObjectsDoNotGoBackInPlaceAndADryRunSaysSo() {
        desk.garbledAfterBackup(Desk.MODEST, "powerless");
        shop.sql("modest", "set role powerless", "select lo_from_bytea(0, 'large')");
        shop.verdict(Desk.MODEST, shop.backup("modest", Desk.MODEST), Proof.Outcome.PROVEN);

        String id = Desk.replacing("modest", ",\"dryRun\":true");

        Desk.awaitState(id, RestoreState.PLANNED);
        assertThat(Asking.shown(id).getList("plan.problems.message", String.class))
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("large objects", "CREATEDB"));
    }

    @Test
    void withoutItsSafetyBackupNothingIsWritten() {
        String id = asked(MERGE, ",\"tables\":[\"people\"]");
        desk.safetyBackupAsked(id);

        bus.send(
                Topic.BACKUP_EVENTS,
                new BackupEvent.Failed(
                        shop.backup("desk", Desk.DESK).backup(),
                        Desk.DESK,
                        BackupKind.SAFETY,
                        List.of(),
                        FailureReason.of(FailureCode.VAULT_FULL, "the vault is full"),
                        Instant.now()),
                UUID.randomUUID().toString(),
                Map.of("correlationid", SafetyBackups.CORRELATION + id));

        Desk.awaitState(id, RestoreState.FAILED);
        assertThat(Asking.shown(id).getString("reason.code")).isEqualTo("SAFETY_BACKUP_FAILED");
        assertThat(Asking.shown(id).getString("reason.message")).contains("the vault is full");
        assertThat(desk.content("desk")).isEqualTo("garbled");
    }

    @ParameterizedTest
    @EnumSource(names = {"APPLYING", "HEALTH"})
    void aWorkerThatFallsAtAStepIsFollowedByAnotherAndItIsWrittenOnce(RestoreState step) {
        watched.at(step, restore -> {
            throw new IllegalStateException("a test makes the worker fall at " + step);
        });

        String id = asked(MERGE, ",\"tables\":[\"people\"]" + NOT_SAFE);

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("desk")).isEqualTo("101 500 0");
        assertThat(Asking.shown(id).getInt("writes.tables[0].updated")).isEqualTo(49);
    }

    @Test
    void whatStandsAgainstItIsNamedAllAtOnceAndNothingIsTouched() {
        String id = asked(
                MERGE,
                ",\"dryRun\":true,\"tables\":[\"peple\"],\"rows\":[{\"table\":\"notes\",\"values\":{\"idd\":\"2\"}},"
                        + "{\"table\":\"notes\",\"values\":{\"id\":\"two\"}}]");

        Desk.awaitState(id, RestoreState.PLANNED);
        assertThat(Asking.shown(id).getList("plan.problems.message", String.class))
                .anySatisfy(it -> assertThat(it).contains("peple").contains("people"))
                .anySatisfy(it -> assertThat(it).contains("idd"));
        assertThat(desk.content("desk")).isEqualTo("garbled");
    }

    @Test
    void aMergeNamesTablesOrRowsAndNothingElseDoes() {
        Desk.ask("ann", "desk", MERGE, "").statusCode(400).body("detail", containsString("name the tables"));
        Desk.ask("ann", "desk", "{\"kind\":\"replace\"}", ",\"tables\":[\"people\"]")
                .statusCode(400);
        Desk.ask("eve", "desk", MERGE, ",\"tables\":[\"people\"]").statusCode(403);
    }

    @Test
    @Tag("slow")
    void whatASwitchPutAsideIsBackedUpFromThereAndGoesBackByThatWhenItIsGone() {
        String id = Desk.replacing("desk", "");
        Desk.awaitState(id, RestoreState.WATCHING);

        Manifest safety = desk.safetyBackupMade(id);

        await().atMost(Bus.PATIENCE).until(() -> Asking.shown(id).getString("safetyBackupId") != null);
        String again = asked("{\"kind\":\"replace\"}", ",\"backup\":\"" + safety.backup() + "\"");
        Desk.awaitState(again, RestoreState.WATCHING);
        assertThat(desk.content("desk")).isEqualTo("garbled");
    }

    @Test
    @Tag("slow")
    void theReportTellsWhatWasDoneAndPeopleTickItsChecklist() {
        String id = asked(MERGE, ",\"tables\":[\"people\"],\"why\":\"names were garbled\"" + NOT_SAFE);
        Desk.awaitState(id, RestoreState.WATCHING);

        given().contentType(ContentType.JSON)
                .header("Authorization", "Bearer token-of-ben")
                .body("{\"verification-dashboard\":true}")
                .put("/api/restores/" + id + "/checklist")
                .then()
                .statusCode(200);
        given().contentType(ContentType.JSON)
                .body("{\"no-such\":true}")
                .put("/api/restores/" + id + "/checklist")
                .then()
                .statusCode(400);

        String markdown = given().get("/api/restores/" + id + "/report").asString();
        assertThat(markdown).contains("names were garbled", "people", "ben", "The dashboard loads correctly");
        assertThat(given().get("/api/restores/" + id + "/report?format=html").asString())
                .contains("<html", "names were garbled");
        assertThat(given().get("/api/restores/" + id + "/report?format=json")
                        .jsonPath()
                        .getString("requester"))
                .isEqualTo("ann");
        given().get("/api/restores/" + id + "/report?format=pdf").then().statusCode(400);
    }

    @Test
    void oneThatWaitsForItsSafetyBackupCanBeCancelledAndLeavesNothing() {
        String id = Desk.merging(",\"tables\":[\"people\"]");
        Desk.awaitState(id, RestoreState.SAFETY);
        var asked = desk.safetyBackupAsked(id);

        Desk.tell("ann", id, "cancellation").statusCode(202);

        Desk.awaitState(id, RestoreState.CANCELLED);
        desk.safetyBackupTold(id, Desk.DESK, asked, desk.safetyBackupStored(asked, Desk.DESK)); // too late
        await().atMost(Bus.PATIENCE).until(() -> jobs.open("switch-of-" + id) == 0);
        await().atMost(Bus.PATIENCE).until(() -> stages().isEmpty());
        assertThat(desk.content("desk")).isEqualTo("garbled");
        assertThat(site.application.told).isEmpty();
        assertThat(Asking.state(id)).isEqualTo("CANCELLED");
        bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Cancelled.class,
                event -> event.restoreId().toString().equals(id));
    }

    private List<String> stages() {
        return shop.query("desk", "select nspname from pg_namespace where nspname like 'holdfast%'");
    }

    @Test
    void aSafetyBackupThatIsOverdueEndsTheRestore() {
        String id = Desk.merging(",\"tables\":[\"people\"]");
        Desk.awaitState(id, RestoreState.SAFETY);

        jobs.lasting(id, Duration.ofHours(2));

        Desk.awaitState(id, RestoreState.FAILED);
        assertThat(Asking.shown(id).getString("reason.code")).isEqualTo("SAFETY_BACKUP_FAILED");
        assertThat(Asking.shown(id).getString("reason.message"))
                .contains("not made within PT1H", "nothing was written");
        assertThat(desk.content("desk")).isEqualTo("garbled");
        assertThat(site.application.told).isEmpty();
        await().atMost(Bus.PATIENCE).until(() -> stages().isEmpty());
    }

    @Test
    void aChunkThatGoesBadBeforeItIsWrittenIsNamedAndNothingIsWritten() {
        String id = Desk.merging(",\"tables\":[\"people\"]");
        Desk.awaitState(id, RestoreState.SAFETY);

        try (Shop.Rot rot = shop.rot(Desk.DESK, backup, "people")) {
            desk.safetyBackupMade(id);

            Desk.awaitState(id, RestoreState.FAILED);
            assertThat(Asking.shown(id).getString("reason.code")).isEqualTo("CHUNK_CORRUPT");
            assertThat(Asking.shown(id).getString("reason.message")).contains(rot.chunk());
        }
        assertThat(desk.content("desk")).isEqualTo("garbled");
        assertThat(site.application.told).containsExactly("on", "off");
        await().atMost(Bus.PATIENCE).until(() -> stages().isEmpty());
    }

    @Test
    void aChunkThatIsMissingIsNamedBeforeAnythingIsStaged() {
        try (Shop.Rot rot = shop.lost(Desk.DESK, backup, "people")) {
            String id = asked(MERGE, ",\"tables\":[\"people\"]" + NOT_SAFE);

            Desk.awaitState(id, RestoreState.FAILED);
            assertThat(Asking.shown(id).getString("reason.code")).isEqualTo("CHUNK_MISSING");
            assertThat(Asking.shown(id).getString("reason.message")).contains(rot.chunk(), "public.people");
            assertThat(Asking.shown(id).getList("steps.name")).isEqualTo(List.of("preflight"));
        }
    }

    @Test
    void rowsThatMakeACheckFailAreTakenAwayAgain() {
        String id = restoringOneWhomACheckForbids("delete from people where id = 777", "");

        Desk.awaitState(id, RestoreState.FAILED, RestoreState.ROLLED_BACK);
        JsonPath restore = Asking.shown(id);
        assertThat(restore.getString("reason.code")).isEqualTo("CHECKS_FAILED");
        assertThat(restore.getString("reason.message")).contains("nobody is 777", "passed before");
        assertThat(desk.content("desk")).isEqualTo("garbled");
        assertThat(site.application.told).containsExactly("on", "off");
    }

    @Test
    @Tag("slow")
    void aCheckThatFailedBeforeIsNoObstacle() {
        String id = restoringOneWhomACheckForbids("update people set name = 'garbled' where id = 777", "");

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(Asking.shown(id).getList("checks.outcome")).isEqualTo(List.of("FAILED"));
    }

    @Test
    @Tag("slow")
    void rowsComeBackDespiteAChecksFailureIfThatIsAskedFor() {
        String id = restoringOneWhomACheckForbids("delete from people where id = 777", ",\"despiteChecks\":true");

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(Asking.shown(id).getList("checks.outcome")).isEqualTo(List.of("FAILED"));
        assertThat(shop.query("desk", "select id from people where id = 777")).containsExactly("777");
    }

    /** The backup has one whom the source's check forbids; what became of that one since, {@code disaster} says. */
    private String restoringOneWhomACheckForbids(String disaster, String more) {
        shop.sql("desk", "insert into people values (777, 'forbidden')");
        Manifest with = shop.backup("desk", Desk.DESK);
        shop.verdict(Desk.DESK, with, Proof.Outcome.PROVEN);
        shop.sql("desk", disaster);
        String id = Desk.merging(",\"tables\":[\"people\"],\"backup\":\"" + with.backup() + "\"" + more);
        Desk.awaitState(id, RestoreState.SAFETY);
        desk.safetyBackupMade(id);
        return id;
    }

    @Test
    void whatCannotBeDoneEndsBeforeAnythingIsStaged() {
        String id = Desk.merging(",\"tables\":[\"peple\"],\"rows\":[{\"table\":\"notes\",\"values\":{\"idd\":\"2\"}},"
                + "{\"table\":\"notes\",\"values\":{\"id\":\"two\"}}]" + NOT_SAFE);

        Desk.awaitState(id, RestoreState.FAILED);
        assertThat(Asking.shown(id).getString("reason.code")).isEqualTo("REQUEST_INVALID");
        assertThat(Asking.shown(id).getString("reason.message"))
                .contains(
                        "3 things stand against the restore",
                        "\"peple\" is not in the backup; did you mean \"public.people\"?",
                        "no column \"idd\" in the backup; did you mean \"id\"?",
                        "column \"id\" of type integer, and the given value is not of this type");
        assertThat(Asking.shown(id).getList("steps.name")).isEqualTo(List.of("preflight"));
        assertThat(stages()).isEmpty();
        assertThat(desk.content("desk")).isEqualTo("garbled");
    }
}
