package io.holdfast.restore.saga;

import static io.holdfast.restore.saga.Asking.accepted;
import static io.holdfast.restore.saga.Asking.awaitState;
import static io.holdfast.restore.saga.Asking.ended;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.restore.domain.RestoreState;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class CancellationTest {
    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Inject
    Site site;

    @Inject
    WatchedRestores watched;

    private List<String> before = List.of();

    @BeforeEach
    void lookAround() {
        shop.proven(Shop.SHOP);
        before = shop.settledDatabases();
    }

    @AfterEach
    void openTheDoors() {
        site.target.set(FaultInjectionProxy.State.OPEN);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOADING", "CHECKING"})
    void aRunningRestoreStopsAndLeavesNothing(RestoreState step) {
        watched.at(step, restore -> site.target.set(FaultInjectionProxy.State.STUCK));
        String id = accepted("shop", "not_wanted", "");
        awaitState(id, step);

        cancel(id).statusCode(202);
        site.target.set(FaultInjectionProxy.State.OPEN);

        assertThat(ended(id).getString("state")).isEqualTo("CANCELLED");
        bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Cancelled.class,
                event -> event.restoreId().toString().equals(id));
        await().atMost(Bus.PATIENCE)
                .untilAsserted(() -> assertThat(shop.databases()).isEqualTo(before));
    }

    @Test
    @Tag("slow")
    void aQueuedRestoreNeverBegins() {
        site.target.set(FaultInjectionProxy.State.STUCK);
        String first = accepted("shop", "ahead_1", "");
        String second = accepted("shop", "ahead_2", "");
        awaitState(first, RestoreState.PREFLIGHT);
        awaitState(second, RestoreState.PREFLIGHT);
        String queued = accepted("shop", "queued", "");

        cancel(queued).statusCode(202).body("state", equalTo("REQUESTED"));
        site.target.set(FaultInjectionProxy.State.OPEN);

        JsonPath restore = ended(queued);
        assertThat(restore.getString("state")).isEqualTo("CANCELLED");
        assertThat(restore.getList("steps")).isEmpty();
        assertThat(ended(first).getString("state")).isEqualTo("COMPLETED");
        assertThat(ended(second).getString("state")).isEqualTo("COMPLETED");
        assertThat(shop.databases()).noneMatch(name -> name.startsWith("queued"));
    }

    @Test
    void theLastMomentIsWhenTheCopyIsFoundEqual() {
        watched.at(RestoreState.CHECKING, restore -> restore.cancellationRequested("somebody"));

        String id = accepted("shop", "just_in_time", "");

        assertThat(ended(id).getString("state")).isEqualTo("CANCELLED");
        await().atMost(Bus.PATIENCE)
                .untilAsserted(() -> assertThat(shop.databases()).isEqualTo(before));
    }

    @Test
    void whatNobodyAskedToCancelHasFailed() {
        watched.at(RestoreState.CHECKING, restore -> {
            throw HoldfastException.of(FailureCode.CANCELLED, "an administrator ended the statement");
        });

        JsonPath restore = ended(accepted("shop", "ended_by_others", ""));

        assertThat(restore.getString("state")).isEqualTo("FAILED");
        assertThat(restore.getString("reason.message")).contains("administrator");
        await().atMost(Bus.PATIENCE)
                .untilAsserted(() -> assertThat(shop.databases()).isEqualTo(before));
    }

    @Test
    @Tag("slow")
    void aRestoreThatIsBeingHandedOverIsFinished() {
        watched.at(RestoreState.HANDING_OVER, restore -> site.target.set(FaultInjectionProxy.State.STUCK));
        String id = accepted("shop", "too_late", "");
        awaitState(id, RestoreState.HANDING_OVER);

        cancel(id).statusCode(409).body("code", equalTo("REQUEST_CONFLICT"));
        site.target.set(FaultInjectionProxy.State.OPEN);

        assertThat(ended(id).getString("state")).isEqualTo("COMPLETED");
        cancel(id).statusCode(409);
    }

    @Test
    void cancellingTwiceIsTheSameAsOnce() {
        watched.at(RestoreState.LOADING, restore -> site.target.set(FaultInjectionProxy.State.STUCK));
        String id = accepted("shop", "not_wanted_either", "");
        awaitState(id, RestoreState.LOADING);

        cancel(id).statusCode(202);
        cancel(id).statusCode(202);
        site.target.set(FaultInjectionProxy.State.OPEN);

        assertThat(ended(id).getString("state")).isEqualTo("CANCELLED");
        cancel(id).statusCode(202).body("state", equalTo("CANCELLED"));
        await().atMost(Bus.PATIENCE)
                .untilAsserted(() -> assertThat(shop.databases()).isEqualTo(before));
    }

    private static ValidatableResponse cancel(String id) {
        return given().contentType(ContentType.JSON)
                .post("/api/restores/" + id + "/cancellation")
                .then();
    }
}
