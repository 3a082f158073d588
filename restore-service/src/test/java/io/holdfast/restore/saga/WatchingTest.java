package io.holdfast.restore.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.restore.domain.RestoreState;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** After a switch: people are told when it turns bad, when it is well again, and how it ended. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class WatchingTest {
    @Inject
    Shop shop;

    @Inject
    Desk desk;

    @Inject
    Site site;

    @Inject
    Bus bus;

    @Inject
    JobRows jobs;

    private String id = "";

    @BeforeEach
    void aRestoreIsWatched() {
        site.application.reset();
        desk.garbledAfterBackup(Desk.DESK);
        id = Desk.replaced();
        awaitLooks(1);
    }

    @AfterEach
    void openTheDoor() {
        site.target.set(FaultInjectionProxy.State.OPEN);
    }

    private void awaitLooks(int looks) {
        await().atMost(Bus.PATIENCE)
                .until(
                        () -> Asking.shown(id).get("watch.looks"),
                        seen -> Integer.valueOf(looks).equals(seen));
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            int before = Asking.shown(id).getInt("watch.looks");
            jobs.dueNow("watch-of-" + id);
            awaitLooks(before + 1);
        }
    }

    private List<? extends Event> alerts(Class<? extends AlertEvent> type) {
        return bus.all(Topic.ALERTS, type, event -> event.alertId().equals("restore-watch-" + id));
    }

    private String alert(int count) {
        await().atMost(Bus.PATIENCE).until(() -> alerts(AlertEvent.Raised.class).size() == count);
        return ((AlertEvent.Raised) alerts(AlertEvent.Raised.class).getLast()).summary();
    }

    private void awaitResolved(int count) {
        await().atMost(Bus.PATIENCE)
                .until(() -> alerts(AlertEvent.Resolved.class).size() == count);
    }

    private RestoreEvent.WatchEnded ended() {
        Desk.awaitState(id, RestoreState.COMPLETED);
        return bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.WatchEnded.class,
                event -> event.restoreId().toString().equals(id));
    }

    @Test
    void anApplicationThatTurnsIllRaisesOneAlertWhichARollbackEnds() {
        site.application.well.set(false);
        look(2);
        assertThat(alerts(AlertEvent.Raised.class)).as("two are noise").isEmpty();
        look(2);

        assertThat(alert(1)).contains("desk", "not well", "it answered 400", "holdfast rollback " + id);
        assertThat(Asking.shown(id).getInt("watch.failedInARow")).isEqualTo(4);
        Desk.tell("ann", id, "rollback").statusCode(202);
        awaitResolved(1);
        Desk.awaitState(id, RestoreState.ROLLED_BACK);
        jobs.dueNow("watch-of-" + id);
        await().atMost(Bus.PATIENCE).until(() -> jobs.open("watch-of-" + id) == 0);
        assertThat(alerts(AlertEvent.Raised.class)).hasSize(1);
        assertThat(alerts(AlertEvent.Resolved.class)).hasSize(1);
    }

    @Test
    void aDatabaseThatCannotBeReachedOrIsEmptiedRaisesAlertsUntilItIsWell() {
        site.target.set(FaultInjectionProxy.State.CLOSED);
        look(3);
        assertThat(alert(1)).contains("cannot be connected to");
        site.target.set(FaultInjectionProxy.State.OPEN);
        look(1);
        awaitResolved(1);

        shop.sql("desk", "delete from notes");
        look(1);
        assertThat(alert(2)).contains("no rows any more", "notes (1000 rows before)");
        assertThat(Asking.state(id)).isEqualTo("WATCHING");
        jobs.watchedSince(id, Duration.ofHours(3));
        jobs.dueNow("watch-of-" + id);

        var ended = ended();
        assertThat(ended.healthy()).isFalse();
        assertThat(ended.finding()).contains("notes");
        assertThat(Asking.shown(id).getList("steps.detail", String.class).getLast())
                .contains("notes");
        assertThat(alerts(AlertEvent.Raised.class)).as("told already").hasSize(2);
        assertThat(alerts(AlertEvent.Resolved.class)).hasSize(1);
    }

    @Test
    @Tag("slow")
    void whatIsWrongOnlyAtTheEndIsAlertedAllTheSame() {
        site.application.well.set(false);
        look(1);
        jobs.watchedSince(id, Duration.ofHours(3));
        jobs.dueNow("watch-of-" + id);

        assertThat(ended().healthy()).isFalse();
        assertThat(alert(1)).contains("not well");
        Desk.tell("ann", id, "rollback").statusCode(202);
        Desk.awaitState(id, RestoreState.ROLLED_BACK);
        awaitResolved(1);
        assertThat(desk.content("desk")).isEqualTo("garbled");
    }

    @Test
    @Tag("slow")
    void oneThatStaysWellEndsSoAndNobodyIsAlarmed() {
        shop.sql("desk", "insert into people values (2000, 'later')");
        jobs.watchedSince(id, Duration.ofHours(3));
        jobs.dueNow("watch-of-" + id);

        var ended = ended();
        assertThat(ended.healthy()).isTrue();
        assertThat(ended.finding()).contains("2 looks", "0 of them failed", "people 101 (+1)");
        assertThat(alerts(AlertEvent.Raised.class)).isEmpty();
        assertThat(jobs.open("watch-of-" + id)).isZero();
    }
}
