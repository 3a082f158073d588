package io.holdfast.restore.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.devstack.supabase.SupabaseServer;
import io.holdfast.engine.postgres.RewindTarget;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A live Supabase project goes back to a second, after a proven safety backup, and Supabase is asked once. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class SupabaseRestoreTest {
    private static final SourceRef PROJECTED = new SourceRef(SourceId.next(InstantSource.system()), "projected");
    private static final String CONFIRMED = ",\"confirmProject\":\"" + SupabaseServer.PROJECT + "\"";

    @Inject
    Shop shop;

    @Inject
    Desk desk;

    @Inject
    Site site;

    @Inject
    WatchedRestores watched;

    @Inject
    JobRows jobs;

    @Inject
    Bus bus;

    private Instant before = Instant.EPOCH;
    private long posted;

    /** Three orders were placed until the second, and two after it. */
    @BeforeEach
    void placeOrders() {
        shop.sql(
                "postgres",
                "drop database if exists projected with (force)",
                "create database projected template template0");
        shop.sql(
                "projected",
                "create table placed (id int primary key, customer text not null)",
                "insert into placed select g, 'c' || g from generate_series(1, 3) g");
        before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        site.projectStates.await("projected", before);
        shop.sql("projected", "insert into placed values (4, 'c4'), (5, 'c5')");
        shop.backup("projected", PROJECTED);
        site.supabase.requests();
    }

    @AfterEach
    void leaveAHealthyProject() {
        site.application.reset();
        site.supabase.status("ACTIVE_HEALTHY");
        site.supabase.delay(2);
        jobs.restoresEndedEarlier("projected", Duration.ofHours(13));
    }

    @Test
    void theProjectGoesBackOnceAfterTheProofThoughTheAnswerWasLost() {
        int restores = site.supabase.restores();
        site.supabase.loseAnswers(1);
        for (RestoreState step : List.of(RestoreState.APPLYING, RestoreState.HEALTH)) {
            watched.at(step, restore -> {
                throw new IllegalStateException("a test makes the worker fall at " + step);
            });
        }

        String id = Desk.replacing("projected", at() + CONFIRMED);
        Manifest safety = desk.safetyBackupMade(id, PROJECTED);
        await().atMost(Bus.PATIENCE).until(() -> Asking.shown(id).getString("safetyBackupId") != null);
        assertThat(Asking.state(id)).isEqualTo("SAFETY");
        assertThat(posts()).isZero();
        shop.verdict(PROJECTED, safety, Proof.Outcome.PROVEN);

        Desk.awaitState(id, RestoreState.WATCHING, RestoreState.FAILED);
        JsonPath restore = Asking.shown(id);
        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("WATCHING");
        assertThat(Instant.parse(restore.getString("snapshotAt"))).isEqualTo(before);
        assertThat(rows()).isEqualTo("1 2 3");
        assertThat(posts()).isOne();
        assertThat(site.supabase.restores()).isEqualTo(restores + 1);
        assertThat(restore.prettify()).doesNotContain(site.supabase.token());
    }

    @Test
    void aRequestThatGotLostIsNotSentAgainAndNothingIsLeft() {
        site.supabase.dropRequests(1);

        String id = Desk.replacing("projected", at() + CONFIRMED);
        shop.verdict(PROJECTED, desk.safetyBackupMade(id, PROJECTED), Proof.Outcome.PROVEN);

        Desk.awaitState(id, RestoreState.WATCHING, RestoreState.FAILED);
        JsonPath restore = Asking.shown(id);
        assertThat(restore.getString("reason.code")).as(restore.prettify()).isEqualTo("RECOVERY_FAILED");
        assertThat(restore.getString("reason.message"))
                .contains("not known whether Supabase has got the request")
                .contains("Look at Database, Backups");
        assertThat(posts()).isOne();
        assertThat(restore.getString("live")).isEqualTo("UNTOUCHED");
        assertThat(rows()).isEqualTo("1 2 3 4 5");
        Desk.ask("ann", "projected", "{\"kind\":\"replace\"}", at() + CONFIRMED)
                .statusCode(409)
                .body("detail", containsString("Supabase may do it yet"));
        await().atMost(Bus.PATIENCE)
                .untilAsserted(() -> assertThat(shop.query(
                                "projected",
                                "select nspname from pg_namespace where nspname = '"
                                        + RewindTarget.schema(UUID.fromString(id)) + "'"))
                        .isEmpty());
    }

    @Test
    @Tag("slow")
    void aLateRestoreIsAwaitedWithoutOthersAndAnUnhealthyApplicationRaisesAnAlert() {
        site.supabase.delay(18); // at 200 ms, longer than a request that was not confirmed settles

        String id = Desk.replacing("projected", at() + CONFIRMED);
        shop.verdict(PROJECTED, desk.safetyBackupMade(id, PROJECTED), Proof.Outcome.PROVEN);
        Desk.awaitState(id, RestoreState.APPLYING);
        Asking.ask("projected", "projected_beside", "", "projected")
                .statusCode(409)
                .body("detail", containsString("takes the whole Supabase project"));
        site.application.well.set(false);

        Desk.awaitState(id, RestoreState.WATCHING, RestoreState.FAILED);
        JsonPath restore = Asking.shown(id);
        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("WATCHING");
        assertThat(rows()).isEqualTo("1 2 3");
        assertThat(posts()).isOne();
        assertThat(alert(id)).contains("holdfast restore projected --backup " + restore.getString("safetyBackupId"));
    }

    @Test
    @Tag("slow")
    void aRestoreThatSupabaseGivesUpIsReportedAsAChangedProject() {
        site.supabase.delay(0);
        site.supabase.fail(1);

        String id = Desk.replacing("projected", at() + CONFIRMED);
        shop.verdict(PROJECTED, desk.safetyBackupMade(id, PROJECTED), Proof.Outcome.PROVEN);
        Desk.awaitState(id, RestoreState.ROLLING_BACK);
        jobs.lasting(id, Duration.ofMinutes(3));

        Desk.awaitState(id, RestoreState.FAILED);
        JsonPath restore = Asking.shown(id);
        assertThat(restore.getString("live")).as(restore.prettify()).isEqualTo("CHANGED");
        assertThat(restore.getString("reason.code")).isEqualTo("RECOVERY_FAILED");
        assertThat(alert(id)).contains("RESTORE_FAILED").contains("--backup");
    }

    @Test
    void aSafetyBackupWhoseLastProofFailedIsNoWayBack() {
        String id = Desk.replacing("projected", at() + CONFIRMED);
        Manifest safety = desk.safetyBackupMade(id, PROJECTED);
        watched.at(RestoreState.APPLYING, restore -> shop.verdict(PROJECTED, safety, Proof.Outcome.FAILED));
        shop.verdict(PROJECTED, safety, Proof.Outcome.PROVEN);

        Desk.awaitState(id, RestoreState.FAILED);
        JsonPath restore = Asking.shown(id);
        assertThat(restore.getString("reason.code")).as(restore.prettify()).isEqualTo("SAFETY_BACKUP_FAILED");
        assertThat(restore.getString("live")).isEqualTo("UNTOUCHED");
        assertThat(posts()).isZero();
    }

    /** That the restore was not rolled back. */
    private String alert(String id) {
        return bus.await(
                        Topic.ALERTS,
                        AlertEvent.Raised.class,
                        alert -> alert.alertId().equals("restore-not-rolled-back-" + id))
                .summary();
    }

    @Test
    void thePlanSaysWhatIsLostAndOnlyAConfirmedReplacementIsAccepted() {
        Desk.ask("ann", "projected", "{\"kind\":\"replace\"}", at())
                .statusCode(400)
                .body("code", equalTo("REQUEST_INVALID"))
                .body("detail", containsString(SupabaseServer.PROJECT));
        Desk.ask("ann", "projected", "{\"kind\":\"replace\"}", at() + CONFIRMED + ",\"withoutSafety\":\"no time\"")
                .statusCode(400)
                .body("detail", containsString("withoutSafety"));
        Desk.ask("ann", "projected", "{\"kind\":\"new\",\"database\":\"projected_before\"}", at())
                .statusCode(400)
                .body("detail", containsString("has no copy of a state"));

        JsonPath planned = planned();
        assertThat(planned.getList("plan.problems")).as(planned.prettify()).isEmpty();
        assertThat(planned.getList("plan.lines").toString())
                .contains("back to its state of " + before + ": it restores to whole seconds")
                .contains("everything written after " + before)
                .contains("databases that go back: ")
                .contains("stop the application before you request the restore");
        assertThat(posts()).isZero();
    }

    @Test
    void permanentSlotsStandAgainstTheRestoreButNotThoseOfRealtime() {
        shop.sql(
                "postgres",
                "select pg_create_physical_replication_slot('rewound')",
                "select pg_create_physical_replication_slot('supabase_realtime_rewound')");
        try {
            JsonPath planned = planned();

            assertThat(planned.getList("plan.problems").toString())
                    .as(planned.prettify())
                    .contains("replication slots have to be dropped")
                    .contains("rewound")
                    .doesNotContain("supabase_realtime");
        } finally {
            shop.sql(
                    "postgres",
                    "select pg_drop_replication_slot('rewound')",
                    "select pg_drop_replication_slot('supabase_realtime_rewound')");
        }
    }

    private JsonPath planned() {
        String id = Desk.replacing(
                "projected", ",\"at\":\"" + before.plusMillis(700) + "\",\"pointInTime\":true,\"dryRun\":true");
        Desk.awaitState(id, RestoreState.PLANNED);
        return Asking.shown(id);
    }

    private String at() {
        return ",\"at\":\"" + before + "\",\"pointInTime\":true";
    }

    /** Since the orders were placed. */
    private long posts() {
        posted += site.supabase.requests().stream()
                .filter(request -> request.startsWith("POST"))
                .count();
        return posted;
    }

    private String rows() {
        return String.join(" ", shop.query("projected", "select id from placed order by id"));
    }
}
