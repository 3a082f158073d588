package io.holdfast.restore.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.SwitchoverState;
import io.holdfast.vault.format.Manifest;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class ReplaceTest {
    /** The first of them while it waits for a lock that is held for that, so in the middle for certain; then at random moments. */
    private static final String VANDAL = """
            do $$ declare ended int := 0; begin
              begin
                comment on database desk is 'held';
                set application_name = 'vandal';
                for look in 1..20000 loop
                  perform pg_stat_clear_snapshot();
                  perform pg_terminate_backend(pid) from pg_stat_activity
                    where application_name = 'holdfast/target' and wait_event_type = 'Lock';
                  exit when found;
                  perform pg_sleep(0.003);
                end loop;
                raise exception 'let go';
              exception when raise_exception then ended := 1;
              end;
              set application_name = 'vandal';
              for look in 1..3000 loop
                perform pg_stat_clear_snapshot();
                if exists (select from pg_stat_activity where application_name = 'holdfast/target') then
                  perform pg_sleep(random() * 0.04), pg_stat_clear_snapshot();
                  perform pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast/target';
                  ended := ended + case when found then 1 else 0 end;
                  exit when ended = 4;
                end if;
                perform pg_sleep(0.003);
              end loop;
            end $$""";

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

    @AfterEach
    void openTheDoor() {
        site.target.set(FaultInjectionProxy.State.OPEN);
    }

    private String kept(String id) {
        return SwitchoverState.kept(RestoreId.parse(id));
    }

    @Test
    void theRestoredCopyTakesTheLiveOnesPlaceAndTheOldOneIsKept() {
        String id = Desk.replacing("desk", ",\"why\":\"notes were deleted\"");

        Desk.awaitState(id, RestoreState.WATCHING);
        JsonPath restore = Asking.shown(id);
        assertThat(desk.content("desk")).isEqualTo("good");
        assertThat(site.application.told).containsExactly("on", "off");
        assertThat(restore.getString("requestedBy")).isEqualTo("ann");
        assertThat(restore.getString("plan.backup")).isEqualTo(backup.backup().toString());
        assertThat(restore.getList("steps.name", String.class))
                .startsWith(
                        "preflight",
                        "loading",
                        "checking",
                        "maintenance_on",
                        "switching",
                        "health",
                        "maintenance_off",
                        "watching");
        assertThat(restore.getString("keptUntil")).isNotNull();
        assertThat(shop.databases()).anyMatch(name -> name.startsWith(kept(id) + " "));
        var started = bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.MaintenanceStarted.class,
                event -> event.restoreId().toString().equals(id));
        assertThat(started.reason()).contains("notes were deleted");
        var ended = bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.MaintenanceEnded.class,
                event -> event.restoreId().toString().equals(id));
        assertThat(ended.dataAsOf()).isEqualTo(backup.contents().snapshotAt());
        bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Switched.class,
                event -> event.restoreId().toString().equals(id));
        bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Completed.class,
                event -> event.restoreId().toString().equals(id));
    }

    @Test
    void whoeverIsNotWellWithItGetsTheOldOneBack() {
        site.application.well.set(false);

        String id = Desk.replacing("desk", "");

        Desk.awaitState(id, RestoreState.ROLLED_BACK);
        assertThat(desk.content("desk")).isEqualTo("garbled");
        assertThat(Asking.shown(id).getString("reason.code")).isEqualTo("HEALTH_BAD");
        assertThat(Asking.shown(id).getString("live")).isEqualTo("PUT_BACK");
        assertThat(site.application.told).containsExactly("on", "off");
        bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.RolledBack.class,
                event -> event.restoreId().toString().equals(id));
        await().atMost(Bus.PATIENCE)
                .until(
                        shop::databases,
                        all -> all.stream()
                                .noneMatch(name -> name.startsWith("holdfast_") && name.contains(id.replace("-", ""))));
    }

    @Test
    void anApplicationThatCannotBeToldIsNotSwitched() {
        site.application.obedient.set(false);

        String id = Desk.replacing("desk", "");

        Desk.awaitState(id, RestoreState.ROLLING_BACK);
        site.application.obedient.set(true);
        Desk.awaitState(id, RestoreState.FAILED);
        assertThat(desk.content("desk")).isEqualTo("garbled");
        assertThat(Asking.shown(id).getString("reason.code")).isEqualTo("MAINTENANCE_FAILED");
        assertThat(site.application.told).containsExactly("off");
        assertThat(shop.settledDatabases()).noneMatch(name -> name.startsWith(kept(id)));
    }

    @Test
    void aRollbackOnRequestBringsTheOldOneBackAsItWas() {
        String id = Desk.replacing("desk", "");
        Desk.awaitState(id, RestoreState.WATCHING);
        shop.sql("desk", "insert into people values (2000, 'written after')");

        Desk.tell("eve", id, "rollback").statusCode(403);
        Desk.tell("ann", id, "rollback").statusCode(202);

        Desk.awaitState(id, RestoreState.ROLLED_BACK);
        assertThat(desk.content("desk")).isEqualTo("garbled");
        assertThat(site.application.told).containsExactly("on", "off", "on", "off");
        Desk.tell("ann", id, "rollback").statusCode(409).body("code", equalTo("REQUEST_CONFLICT"));
        assertThat(shop.databases())
                .as("what was written meanwhile is kept, too")
                .anyMatch(name -> name.startsWith(SwitchoverState.undone(RestoreId.parse(id)) + " "));
    }

    @ParameterizedTest
    @EnumSource(names = {"SWITCHING", "HEALTH", "WATCHING"})
    void aWorkerThatFallsAtAStepIsFollowedByAnother(RestoreState step) {
        watched.at(step, restore -> {
            throw new IllegalStateException("a test makes the worker fall at " + step);
        });

        String id = Desk.replacing("desk", "");

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("desk")).isEqualTo("good");
        assertThat(site.application.told).startsWith("on").endsWith("off");
        assertThat(bus.all(
                        Topic.RESTORE_EVENTS,
                        RestoreEvent.Switched.class,
                        event -> event.restoreId().toString().equals(id)))
                .hasSize(1);
        assertThat(shop.databases())
                .filteredOn(name -> name.contains(id.replace("-", "")))
                .singleElement()
                .satisfies(name -> assertThat(name).startsWith(kept(id)));
    }

    @ParameterizedTest
    @EnumSource(names = {"ROLLED_BACK"})
    void aRollbackIsFinishedByTheNextWorker(RestoreState step) {
        site.application.well.set(false);
        watched.at(step, restore -> {
            throw new IllegalStateException("a test makes the worker fall at " + step);
        });

        String id = Desk.replacing("desk", "");

        Desk.awaitState(id, RestoreState.ROLLED_BACK);
        assertThat(desk.content("desk")).isEqualTo("garbled");
        assertThat(site.application.told).startsWith("on").endsWith("off");
    }

    @Test
    void anotherDatabaseUnderTheNameIsNotReplaced() {
        watched.at(
                RestoreState.CHECKING,
                restore -> shop.sql(
                        "postgres",
                        "alter database desk rename to desk_theirs",
                        "create database desk template template0"));

        String id = Desk.replacing("desk", "");

        Desk.awaitState(id, RestoreState.FAILED);
        assertThat(Asking.shown(id).getString("reason.code")).isEqualTo("TARGET_CHANGED");
        assertThat(desk.content("desk_theirs")).isEqualTo("garbled");
        assertThat(shop.query("desk", "select count(*) from pg_class where relname = 'people'"))
                .containsExactly("0");
        shop.sql("postgres", "drop database desk", "drop database desk_theirs");
    }

    @Test
    void aDatabaseThatIsGoneIsMadeAnew() {
        shop.sql("postgres", "drop database desk with (force)");

        String id = Desk.replacing("desk", "");

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("desk")).isEqualTo("good");
        assertThat(Asking.shown(id).getList("plan.lines", String.class))
                .anySatisfy(line -> assertThat(line).contains("not there"));
        Desk.tell("ann", id, "rollback").statusCode(409);
    }

    @Test
    void aDryRunSaysWhatWouldBeDoneAndTouchesNothing() {
        List<String> before = shop.settledDatabases();

        String id = Desk.replacing("desk", ",\"dryRun\":true");

        Desk.awaitState(id, RestoreState.PLANNED);
        JsonPath restore = Asking.shown(id);
        assertThat(restore.getString("plan.backup")).isEqualTo(backup.backup().toString());
        assertThat(restore.getList("plan.problems")).isEmpty();
        assertThat(restore.getList("plan.lines", String.class))
                .anySatisfy(line -> assertThat(line).contains("put aside"));
        assertThat(shop.databases()).isEqualTo(before);
        assertThat(desk.content("desk")).isEqualTo("garbled");
        assertThat(site.application.told).isEmpty();
    }

    @Test
    void aDryRunNamesEverythingThatStandsAgainstItAtOnce() {
        String id = Desk.replacing("desk", ",\"dryRun\":true,\"backup\":\"019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f\"");
        shop.sql("desk", "select 1");

        Desk.awaitState(id, RestoreState.PLANNED);
        assertThat(Asking.shown(id).getList("plan.problems.code")).isEqualTo(List.of("BACKUP_UNKNOWN"));
    }

    @Test
    void aSecondPersonHasToApproveItWhereTheSourceWantsThat() {
        desk.garbledAfterBackup(Desk.GUARDED);

        String id = Desk.replacing("guarded", "");
        Desk.awaitState(id, RestoreState.AWAITING_APPROVAL);
        assertThat(desk.content("guarded")).isEqualTo("garbled");
        Desk.ask("ann", "guarded", "{\"kind\":\"replace\"}", "").statusCode(409);
        Desk.tell("ann", id, "approval").statusCode(403).body("detail", containsString("may not approve"));
        Desk.tell("ben", id, "approval").statusCode(202);

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("guarded")).isEqualTo("good");
        assertThat(Asking.shown(id).getString("approval.by")).isEqualTo("ben");
        var awaiting = bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.AwaitingApproval.class,
                event -> event.restoreId().toString().equals(id));
        assertThat(awaiting.database()).isEqualTo("guarded");
        bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Approved.class,
                event -> event.restoreId().toString().equals(id)
                        && event.approvedBy().equals("ben"));
    }

    @Test
    void whoeverAsksCannotApprove() {
        desk.garbledAfterBackup(Desk.GUARDED);
        String id = Desk.ask("ben", "guarded", "{\"kind\":\"replace\"}", "")
                .statusCode(202)
                .extract()
                .path("id");
        Desk.awaitState(id, RestoreState.AWAITING_APPROVAL);

        Desk.tell("ben", id, "approval").statusCode(403).body("detail", containsString("another user"));
        Desk.tell("ben", id, "cancellation").statusCode(202);

        Desk.awaitState(id, RestoreState.CANCELLED);
        assertThat(desk.content("guarded")).isEqualTo("garbled");
    }

    @Test
    void whatNobodyApprovesExpires() {
        desk.garbledAfterBackup(Desk.GUARDED);
        String id = Desk.replacing("guarded", "");
        Desk.awaitState(id, RestoreState.AWAITING_APPROVAL);

        jobs.dueNow("expiry-of-" + id);

        Desk.awaitState(id, RestoreState.EXPIRED);
        Desk.tell("ben", id, "approval").statusCode(409);
        bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Expired.class,
                event -> event.restoreId().toString().equals(id));
    }

    @Test
    void whatWasPutAsideIsRemovedWithNoticeWhenItsTimeIsOver() {
        String id = Desk.replacing("desk", "");
        Desk.awaitState(id, RestoreState.WATCHING);

        jobs.dueNow("hold-of-" + id);

        var dropped = bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.KeptDatabaseDropped.class,
                event -> event.restoreId().toString().equals(id));
        assertThat(dropped.database()).isEqualTo(kept(id));
        assertThat(shop.databases()).noneMatch(name -> name.startsWith(kept(id)));
        assertThat(desk.content("desk")).isEqualTo("good");
        Desk.tell("ann", id, "rollback").statusCode(409);
    }

    @Test
    void onlyARestorerRestoresOverLiveData() {
        Desk.ask("eve", "desk", "{\"kind\":\"replace\"}", "").statusCode(403);
        Desk.ask("nobody", "desk", "{\"kind\":\"replace\"}", "").statusCode(401);
    }

    @Test
    void whatAwaitsApprovalCanBeCancelledAndNobodyApprovesItAfterwards() {
        desk.garbledAfterBackup(Desk.GUARDED);
        List<String> before = shop.settledDatabases();
        String id = Desk.replacing("guarded", "");
        Desk.awaitState(id, RestoreState.AWAITING_APPROVAL);

        Desk.tell("ann", id, "cancellation").statusCode(202);

        Desk.awaitState(id, RestoreState.CANCELLED);
        Desk.tell("ben", id, "approval").statusCode(409);
        jobs.dueNow("expiry-of-" + id);
        await().atMost(Bus.PATIENCE).until(() -> jobs.open("expiry-of-" + id) == 0);
        assertThat(Asking.state(id)).isEqualTo("CANCELLED");
        assertThat(shop.databases()).isEqualTo(before);
        assertThat(desk.content("guarded")).isEqualTo("garbled");
    }

    @Test
    void onceItIsBeingSwitchedItCannotBeCancelled() {
        watched.at(RestoreState.SWITCHING, restore -> site.target.set(FaultInjectionProxy.State.STUCK));
        String id = Desk.replacing("desk", "");
        Desk.awaitState(id, RestoreState.SWITCHING);

        Desk.tell("ann", id, "cancellation")
                .statusCode(409)
                .body("detail", containsString("SWITCHING already and cannot be cancelled; holdfast rollback " + id));
        site.target.set(FaultInjectionProxy.State.OPEN);

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("desk")).isEqualTo("good");
    }

    @Test
    void aChunkThatGoesBadAfterTheApprovalIsNamedAndNothingLiveIsTouched() {
        Manifest approved = desk.garbledAfterBackup(Desk.GUARDED);
        String id = Desk.replacing("guarded", "");
        Desk.awaitState(id, RestoreState.AWAITING_APPROVAL);
        List<String> before = shop.settledDatabases();

        try (Shop.Rot rot = shop.rot(Desk.GUARDED, approved, "notes")) {
            Desk.tell("ben", id, "approval").statusCode(202);

            Desk.awaitState(id, RestoreState.FAILED);
            assertThat(Asking.shown(id).getString("reason.code")).isEqualTo("CHUNK_CORRUPT");
            assertThat(Asking.shown(id).getString("reason.message")).contains(rot.chunk(), "needed by public.");
        }
        assertThat(shop.settledDatabases()).isEqualTo(before);
        assertThat(desk.content("guarded")).isEqualTo("garbled");
    }

    @Test
    void ofTwoRestoresOfOneDatabaseOneRuns() {
        watched.at(RestoreState.LOADING, restore -> site.target.set(FaultInjectionProxy.State.STUCK));
        String id = Desk.replacing("desk", "");
        Desk.awaitState(id, RestoreState.LOADING);

        for (String target : List.of("{\"kind\":\"replace\"}", "{\"kind\":\"merge\",\"mode\":\"MERGE\"}")) {
            Desk.ask("ann", "desk", target, target.contains("merge") ? ",\"tables\":[\"people\"]" : "")
                    .statusCode(409)
                    .body("code", equalTo("REQUEST_CONFLICT"))
                    .body("detail", containsString("\"desk\" is under way"));
        }
        site.target.set(FaultInjectionProxy.State.OPEN);

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("desk")).isEqualTo("good");
    }

    /** At random moments of the exchange, or of the way back: the server ends the session that does it, again and again. */
    @ParameterizedTest
    @CsvSource({"SWITCHING, WATCHING, good", "SWITCHING, WATCHING, good", "ROLLING_BACK, ROLLED_BACK, garbled"})
    void aSwitchWhoseSessionsEndIsGoneOnWithUntilOneWholeDatabaseIsOpen(
            RestoreState during, RestoreState then, String content) {
        watched.at(during, restore -> endSessions());
        String id = Desk.replacing("desk", "");
        if (during == RestoreState.ROLLING_BACK) {
            Desk.awaitState(id, RestoreState.WATCHING);
            desk.safetyBackupAsked(id); // no other sessions there from now on
            Desk.tell("ann", id, "rollback").statusCode(202);
        }
        String job = "switch-of-" + id;
        long undisturbed = during == RestoreState.ROLLING_BACK ? 2 : 1;

        await().atMost(Bus.PATIENCE)
                .until(() -> jobs.hurry(job) >= 0 && Asking.state(id).equals(then.name()));

        assertThat(desk.content("desk")).isEqualTo(content);
        assertThat(jobs.epoch(job)).as("attempts").isGreaterThan(undisturbed);
        assertThat(shop.databases())
                .filteredOn(name -> name.contains(id.replace("-", "")))
                .singleElement()
                .asString()
                .startsWith(then == RestoreState.WATCHING ? kept(id) : SwitchoverState.undone(RestoreId.parse(id)));
        assertThat(site.application.told).endsWith("off");
        shop.sql(
                "postgres", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'vandal'");
    }

    /** Four of them, on the server, from before the first begins. */
    private void endSessions() {
        Thread.ofVirtual().start(() -> shop.sql("postgres", VANDAL));
        await().atMost(Bus.PATIENCE)
                .until(() -> !shop.query(
                                "postgres", "select pid from pg_stat_activity where application_name = 'vandal'")
                        .isEmpty());
    }
}
