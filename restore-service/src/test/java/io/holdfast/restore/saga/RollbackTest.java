package io.holdfast.restore.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.holdfast.contracts.AlertEvent;
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
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways back: while what was replaced is kept, by the safety backup afterwards, and where there is none any more. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class RollbackTest {
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

    @BeforeEach
    void disaster() {
        site.application.reset();
        desk.garbledAfterBackup(Desk.DESK);
    }

    @AfterEach
    void openTheDoor() {
        site.target.set(FaultInjectionProxy.State.OPEN);
    }

    private static String kept(String id) {
        return SwitchoverState.kept(RestoreId.parse(id));
    }

    private static String undone(String id) {
        return SwitchoverState.undone(RestoreId.parse(id));
    }

    private boolean isThere(String database) {
        return shop.databases().stream().anyMatch(name -> name.startsWith(database + " "));
    }

    @Test
    void oneThatAnotherHasChangedSinceIsRefusedAndSaysWhichGoesFirst() {
        String first = Desk.replaced();
        String second = Desk.replaced();
        watched.at(RestoreState.LOADING, restore -> site.target.set(FaultInjectionProxy.State.STUCK));
        String running = Desk.replacing("desk", "");
        Desk.awaitState(running, RestoreState.LOADING);

        Desk.tell("ann", second, "rollback").statusCode(409).body("detail", containsString(running + " is under way"));
        Desk.tell("ann", running, "cancellation").statusCode(202);
        site.target.set(FaultInjectionProxy.State.OPEN);
        Desk.awaitState(running, RestoreState.CANCELLED);
        Desk.tell("ann", first, "rollback")
                .statusCode(409)
                .body("code", equalTo("REQUEST_CONFLICT"))
                .body("detail", containsString(second + " has changed it since; roll that one back first"));
        assertThat(Asking.state(first)).isEqualTo("WATCHING");
        assertThat(desk.content("desk")).isEqualTo("good");

        Desk.tell("ann", second, "rollback").statusCode(202);
        Desk.awaitState(second, RestoreState.ROLLED_BACK);
        assertThat(desk.content("desk")).isEqualTo("good");
        Desk.tell("ann", first, "rollback").statusCode(202);
        Desk.awaitState(first, RestoreState.ROLLED_BACK);
        assertThat(desk.content("desk")).isEqualTo("garbled");
    }

    @Test
    void whenTheHoldIsOverItGoesByTheSafetyBackupEvenWhileWhatWasKeptIsBeingRemoved() {
        String id = Desk.replaced();
        Manifest safety = desk.safetyBackupMade(id);
        await().atMost(Bus.PATIENCE).until(() -> Asking.shown(id).getString("safetyBackupId") != null);
        site.target.set(FaultInjectionProxy.State.STUCK);
        jobs.dueNow("hold-of-" + id);
        await().atMost(Bus.PATIENCE).until(() -> Asking.shown(id).getString("keptUntil") == null);

        String back = Desk.tell("ann", id, "rollback").statusCode(202).extract().path("id");
        site.target.set(FaultInjectionProxy.State.OPEN);

        assertThat(back).isNotEqualTo(id);
        Desk.awaitState(back, RestoreState.WATCHING);
        assertThat(desk.content("desk")).isEqualTo("garbled");
        JsonPath restore = Asking.shown(back);
        assertThat(restore.getString("backupId")).isEqualTo(safety.backup().toString());
        assertThat(restore.getString("requestedBy")).isEqualTo("ann");
        await().atMost(Bus.PATIENCE).until(() -> !isThere(kept(id)));
        assertThat(isThere(kept(back))).as("the way back from the way back").isTrue();
        Desk.tell("ann", id, "rollback").statusCode(409).body("detail", containsString(back));
    }

    @Test
    void theEndOfTheHoldWaitsForARollbackThatCameFirst() {
        String id = Desk.replaced();
        site.target.set(FaultInjectionProxy.State.STUCK);
        Desk.tell("ann", id, "rollback").statusCode(202).body("state", equalTo("ROLLING_BACK"));

        jobs.dueNow("hold-of-" + id);
        await().atMost(Bus.PATIENCE).until(() -> jobs.postponed("hold-of-" + id));
        site.target.set(FaultInjectionProxy.State.OPEN);

        Desk.awaitState(id, RestoreState.ROLLED_BACK);
        assertThat(desk.content("desk")).isEqualTo("garbled");
        jobs.dueNow("hold-of-" + id);
        var dropped = bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.KeptDatabaseDropped.class,
                event -> event.restoreId().toString().equals(id));
        assertThat(dropped.database()).isEqualTo(undone(id));
        assertThat(desk.content("desk")).isEqualTo("garbled");
    }

    @Test
    void ofARollbackAndTheEndOfTheHoldAtTheSameMomentOneWins() {
        String id = Desk.replaced();
        watched.at(RestoreState.ROLLING_BACK, restore -> jobs.keepNoLonger(id));

        Desk.tell("ann", id, "rollback").statusCode(409).body("detail", containsString("nothing to go back to"));

        assertThat(Asking.state(id)).isEqualTo("WATCHING");
        assertThat(desk.content("desk")).isEqualTo("good");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatCannotBeDoneIsGivenUpAndTheCurrentDatabaseIsOpenAndWhole(boolean gone) {
        String id = Desk.replaced();
        shop.sql("postgres", gone ? "drop database " + kept(id) : "create database " + undone(id));
        Desk.tell("ann", id, "rollback").statusCode(202);
        await().atMost(Bus.PATIENCE).until(() -> jobs.postponed("switch-of-" + id));
        shop.sql("postgres", "alter database desk allow_connections false"); // as a lost connection leaves it

        jobs.lasting(id, Duration.ofMinutes(3));

        Desk.awaitState(id, RestoreState.FAILED);
        assertThat(Asking.shown(id).getString("reason.code")).isEqualTo(gone ? "TARGET_CHANGED" : "TARGET_EXISTS");
        assertThat(Asking.shown(id).getString("reason.message")).contains(gone ? kept(id) : undone(id), "ann");
        assertThat(Asking.shown(id).getString("live")).isEqualTo("CHANGED");
        assertThat(desk.content("desk")).isEqualTo("good");
        assertThat(site.application.told).startsWith("on", "off", "on").endsWith("off");
        var alert = bus.await(
                Topic.ALERTS,
                AlertEvent.Raised.class,
                event -> event.alertId().equals("restore-not-rolled-back-" + id));
        assertThat(alert.severity()).isEqualTo(AlertEvent.Severity.CRITICAL);
        assertThat(bus.all(
                        Topic.RESTORE_EVENTS,
                        RestoreEvent.MaintenanceEnded.class,
                        event -> event.restoreId().toString().equals(id)))
                .last()
                .satisfies(ended -> assertThat(ended.nextSteps()).contains("could not be put back"));
        jobs.dueNow("hold-of-" + id);
        await().atMost(Bus.PATIENCE).until(() -> jobs.open("hold-of-" + id) == 0);
        assertThat(isThere(kept(id))).as("it is left to people").isEqualTo(!gone);
    }

    @Test
    @Tag("slow")
    void anApplicationThatDoesNotHearTheAllClearIsNoReasonToGiveUp() {
        String id = Desk.replaced();
        watched.at(RestoreState.ROLLING_BACK, restore -> site.application.obedient.set(false));
        Desk.tell("ann", id, "rollback").statusCode(202);
        await().atMost(Bus.PATIENCE)
                .untilAsserted(() -> assertThat(desk.content("desk")).isEqualTo("garbled"));

        jobs.lasting(id, Duration.ofMinutes(3));
        long epoch = jobs.epoch("switch-of-" + id);
        await().atMost(Bus.PATIENCE).until(() -> jobs.epoch("switch-of-" + id) > epoch + 1);
        site.application.obedient.set(true);

        Desk.awaitState(id, RestoreState.ROLLED_BACK);
        assertThat(desk.content("desk")).isEqualTo("garbled");
    }
}
