package io.holdfast.restore.saga;

import static io.holdfast.restore.saga.Asking.accepted;
import static io.holdfast.restore.saga.Asking.awaitState;
import static io.holdfast.restore.saga.Asking.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.restore.domain.RestoreState;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker dies or is paused in mid-work, and another one goes on: there is one database, and it is told once. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class TakeoverTest {
    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Inject
    Site site;

    @Inject
    WatchedRestores watched;

    @Inject
    JobRows jobs;

    private List<String> before = List.of();

    @BeforeEach
    void lookAround() {
        shop.proven(Shop.SHOP);
        before = shop.settledDatabases();
    }

    @AfterEach
    void openTheDoor() {
        site.target.set(FaultInjectionProxy.State.OPEN);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOADING", "CHECKING", "HANDING_OVER"})
    void aPausedWorkersRestoreIsFinishedByTheNext(RestoreState step) {
        watched.at(step, restore -> site.target.set(FaultInjectionProxy.State.STUCK));
        String database = "taken_over_at_" + step.name().toLowerCase(java.util.Locale.ROOT);
        String id = accepted("shop", database, "");
        awaitState(id, step);

        jobs.expireLease(id);
        await().atMost(Bus.PATIENCE).until(() -> jobs.epoch(id) == 2);
        site.target.set(FaultInjectionProxy.State.OPEN);

        assertDoneOnce(id, database);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOADING", "CHECKING", "HANDING_OVER", "COMPLETED"})
    void aWorkerThatFallsAtAStepIsFollowedByAnother(RestoreState step) {
        watched.at(step, restore -> {
            throw new IllegalStateException("a test makes the worker fall at " + step);
        });
        String database = "fallen_at_" + step.name().toLowerCase(java.util.Locale.ROOT);

        String id = accepted("shop", database, "");

        assertDoneOnce(id, database);
    }

    @Test
    void whatADeadWorkerHasLeftIsDropped() {
        watched.at(RestoreState.CHECKING, restore -> {
            throw new IllegalStateException("a test makes the worker fall");
        });
        // after everything else was cleaned up, as a worker would that was paused just before it
        watched.at(
                RestoreState.COMPLETED,
                restore -> shop.sql(
                        "postgres", "create database " + restore.stagingNames().getFirst()));

        String id = accepted("shop", "nothing_beside", "");

        assertDoneOnce(id, "nothing_beside");
    }

    @Test
    @Tag("slow")
    void howFarARestoreIsCanBeSeen() {
        watched.at(RestoreState.CHECKING, restore -> site.target.set(FaultInjectionProxy.State.STUCK));

        String id = accepted("shop", "seen", "");
        awaitState(id, RestoreState.CHECKING);

        JsonPath restore = Asking.shown(id);
        assertThat(restore.getString("progress.subject")).isEqualTo(id);
        assertThat(restore.getString("progress.phase")).isIn("loading", "indexing");
        assertThat(restore.getList("steps.name")).contains("checking");
        site.target.set(FaultInjectionProxy.State.OPEN);
        assertDoneOnce(id, "seen");
        assertThat(Asking.shown(id).getString("progress")).isNull();
    }

    @Test
    @Tag("slow")
    void theStepsShowThatItBeganAgain() {
        watched.at(RestoreState.CHECKING, restore -> {
            throw new IllegalStateException("a test makes the worker fall");
        });

        JsonPath restore = ended(accepted("shop", "begun_again", ""));

        assertThat(restore.getList("steps.name"))
                .isEqualTo(List.of("preflight", "loading", "preflight", "loading", "checking", "handing_over"));
    }

    private void assertDoneOnce(String id, String database) {
        assertThat(ended(id).getString("state")).as(Asking.shown(id).prettify()).isEqualTo("COMPLETED");
        assertThat(shop.portrait(database)).isEqualTo(shop.portrait("shop"));
        await().atMost(Bus.PATIENCE)
                .untilAsserted(() -> assertThat(shop.databases())
                        .filteredOn(name -> !before.contains(name))
                        .singleElement()
                        .satisfies(name -> assertThat(name).startsWith(database + " ")));
        bus.awaitOnce(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Started.class,
                event -> event.restoreId().toString().equals(id));
        bus.awaitOnce(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Completed.class,
                event -> event.restoreId().toString().equals(id));
    }
}
