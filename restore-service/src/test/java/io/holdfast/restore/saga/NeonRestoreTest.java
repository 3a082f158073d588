package io.holdfast.restore.saga;

import static io.holdfast.restore.saga.Asking.accepted;
import static io.holdfast.restore.saga.Asking.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.restore.domain.RestoreState;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A Neon database goes back to an instant by a branch of it, and no branch outlives its restore. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class NeonRestoreTest {
    private static final SourceRef BRANCHED = new SourceRef(SourceId.next(InstantSource.system()), "branched");

    @Inject
    Shop shop;

    @Inject
    Site site;

    @Inject
    Bus bus;

    @Inject
    WatchedRestores watched;

    private Instant before = Instant.EPOCH;

    /** Three orders were placed until the instant, and two after it. */
    @BeforeEach
    void placeOrders() {
        shop.sql(
                "postgres",
                "drop database if exists branched with (force)",
                "create database branched template template0");
        shop.sql(
                "branched",
                "create table placed (id int primary key, customer text not null)",
                "insert into placed select g, 'c' || g from generate_series(1, 3) g");
        before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        site.neon.await("branched", before);
        shop.sql("branched", "insert into placed values (4, 'c4'), (5, 'c5')");
        site.neon.await("branched", Instant.now());
        shop.backup("branched", BRANCHED);
        site.neon.server.requests();
    }

    @AfterEach
    void correctPasswords() {
        site.neon.wrongPasswords = false;
    }

    @Test
    void theRowsOfTheInstantAreRestoredBesideByOneBranchThoughTheWorkerFell() {
        watched.at(RestoreState.LOADING, restore -> {
            throw new IllegalStateException("a test makes the worker fall after the capture");
        });

        String id = accepted("branched", "branched_before", at(before), "branched");
        JsonPath restore = ended(id);

        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("COMPLETED");
        assertThat(Instant.parse(restore.getString("snapshotAt"))).isEqualTo(before);
        assertThat(rows("branched_before")).isEqualTo("1 2 3");
        assertThat(rows("branched")).isEqualTo("1 2 3 4 5");
        assertThat(site.neon.server.requests())
                .filteredOn(request -> request.startsWith("POST"))
                .hasSize(1);
        assertThat(site.neon.server.branches()).doesNotContain(branch(id));
        assertThat(restore.prettify()).doesNotContain(site.neon.server.key());
    }

    @Test
    void theLiveDatabaseIsReplacedByTheOneOfTheInstant() {
        String id = Desk.replacing("branched", at(before));

        Desk.awaitState(id, RestoreState.WATCHING, RestoreState.FAILED);
        assertThat(Asking.state(id)).as(Asking.shown(id).prettify()).isEqualTo("WATCHING");
        assertThat(rows("branched")).isEqualTo("1 2 3");
        assertThat(site.neon.server.branches()).doesNotContain(branch(id));
        assertThat(bus.await(
                                Topic.RESTORE_EVENTS,
                                RestoreEvent.Started.class,
                                started -> started.restoreId().toString().equals(id))
                        .pointInTime())
                .isEqualTo(before);
    }

    @Test
    void aFailedCaptureLeavesNoBranch() {
        site.neon.wrongPasswords = true;

        String id = accepted("branched", "branched_never", at(before), "branched");
        JsonPath restore = ended(id);

        assertThat(restore.getString("reason.code")).as(restore.prettify()).isEqualTo("SOURCE_AUTHENTICATION_FAILED");
        assertThat(site.neon.server.requests()).anyMatch(request -> request.startsWith("POST"));
        assertThat(site.neon.server.branches()).doesNotContain(branch(id));
    }

    @Test
    void anInstantOutsideTheHistoryIsRefusedWithTheWindow() {
        Instant early = before.minus(Duration.ofHours(25));

        JsonPath restore = ended(accepted("branched", "branched_early", at(early), "branched"));

        assertThat(restore.getString("reason.code")).as(restore.prettify()).isEqualTo("POINT_NOT_COVERED");
        assertThat(restore.getString("reason.message"))
                .contains("keeps the instants from")
                .contains("history_retention_seconds");
        assertThat(site.neon.server.requests()).noneMatch(request -> request.startsWith("POST"));
    }

    @Test
    @Tag("slow")
    void thePlanNamesWindowBranchAndCostAndTheNextRestoreDeletesBranchesOfEndedOnes() {
        String planned = accepted("branched", "branched_planned", at(before) + ",\"dryRun\":true", "branched");
        Desk.awaitState(planned, RestoreState.PLANNED);
        assertThat(Asking.shown(planned).getList("plan.lines").toString())
                .contains("branch " + branch(planned))
                .contains("keeps the instants from")
                .contains("Neon bills");
        String foreign = "holdfast-" + BRANCHED.id() + "-" + UUID.randomUUID();
        site.neon.server.foreignBranch(branch(planned));
        site.neon.server.foreignBranch(foreign);

        String id = accepted("branched", "branched_again", at(before), "branched");
        JsonPath restore = ended(id);

        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("COMPLETED");
        assertThat(site.neon.server.branches())
                .as("a restore that is not known here may be of another installation")
                .contains(foreign)
                .doesNotContain(branch(planned), branch(id));
    }

    private static String at(Instant instant) {
        return ",\"at\":\"" + instant + "\",\"pointInTime\":true";
    }

    private static String branch(String restore) {
        return "holdfast-" + BRANCHED.id() + "-" + restore;
    }

    private String rows(String database) {
        return String.join(" ", shop.query(database, "select id from placed order by id"));
    }
}
