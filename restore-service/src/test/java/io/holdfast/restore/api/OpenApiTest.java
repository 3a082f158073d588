package io.holdfast.restore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.saga.Desk;
import io.holdfast.restore.saga.Site;
import io.holdfast.testsupport.api.MetricsLint;
import io.holdfast.testsupport.api.OpenApiContract;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class OpenApiTest {
    private static final Map<String, String> ANN = Map.of("Authorization", "Bearer token-of-ann");

    @TestHTTPResource("/")
    URI service = URI.create("set:by-quarkus");

    @Inject
    Desk desk;

    @Inject
    Site site;

    @Test
    void everyOperationAnswersAsItsDocumentSays() {
        site.application.reset();
        desk.garbledAfterBackup(Desk.DESK);
        OpenApiContract api = OpenApiContract.of(service).with(ANN);
        String merge = "{\"kind\":\"merge\",\"mode\":\"MERGE\"},\"tables\":[\"people\"]";

        String watched = asked(api, merge);
        Desk.awaitState(watched, RestoreState.SAFETY);
        desk.safetyBackupMade(watched);
        Desk.awaitState(watched, RestoreState.WATCHING);
        String at = "/api/restores/" + watched;
        api.call("GET", at, null);
        api.call("GET", "/api/restores?source=desk&limit=1", null);
        String id = at.substring(at.lastIndexOf('/') + 1);
        assertThat(Objects.requireNonNull(api.call("GET", "/api/restores?id=" + id.substring(0, 23), null)
                                .body())
                        .at("/items/0/id")
                        .asText())
                .isEqualTo(id);
        for (String format : new String[] {"md", "html", "json"}) {
            api.call("GET", at + "/report?format=" + format, null);
        }
        api.call("PUT", at + "/checklist", "{\"verification-dashboard\":true}");
        api.call("POST", at + "/cancellation", null); // refused: it is done
        api.call("POST", at + "/approval", null); // refused: it needs none
        api.call("POST", at + "/rollback", null);
        Desk.awaitState(watched, RestoreState.ROLLED_BACK, RestoreState.FAILED);
        api.call("GET", at, null);
        String waiting = asked(api, merge);
        Desk.awaitState(waiting, RestoreState.SAFETY);
        api.call("POST", "/api/restores/" + waiting + "/cancellation", null);
        String planned = asked(api, "{\"kind\":\"replace\"},\"dryRun\":true");
        Desk.awaitState(planned, RestoreState.PLANNED, RestoreState.FAILED);
        api.call("GET", "/api/restores/" + planned, null);
        api.call("GET", "/api/sources", null);

        api.call("GET", "/api/whoami", null);
        api.call("GET", "/api/configuration", null);
        api.call("POST", "/api/configuration/reload", null);

        assertThat(api.problems()).isEmpty();
        assertThat(api.uncalled()).isSubsetOf(Set.of("POST /api/restores/{id}/approval"));
    }

    private static String asked(OpenApiContract api, String target) {
        var answer = api.call("POST", "/api/restores", "{\"source\":\"desk\",\"target\":" + target + "}");
        assertThat(answer.status()).isEqualTo(202);
        return String.valueOf(
                answer.body() == null ? null : answer.body().path("id").asText());
    }

    @Test
    void everyRefusalIsADocumentedProblem() {
        OpenApiContract api = OpenApiContract.of(service);

        assertThat(api.call("POST", "/api/restores", "{}").status()).isEqualTo(400);
        assertThat(api.call("POST", "/api/restores", "{\"source\":\"desk\",\"target\":{\"kind\":\"moon\"}}")
                        .status())
                .isEqualTo(400);
        assertThat(api.call("GET", "/api/restores?state=DONE", null).status()).isEqualTo(400);
        assertThat(api.call("GET", "/api/restores?source=dsek", null).status()).isEqualTo(404);
        assertThat(api.call("GET", "/api/restores/" + UUID.randomUUID(), null).status())
                .isEqualTo(404);

        assertThat(api.problems()).isEmpty();
    }

    @Test
    void everyRequestAndAnswerHasAnExampleThatMatchesItsSchema() {
        OpenApiContract api = OpenApiContract.of(service);

        assertThat(api.examples()).isEmpty();
        assertThat(api.requests("POST /api/restores"))
                .containsOnlyKeys("new", "url", "replace", "merge")
                .allSatisfy((name, example) -> assertThat(
                                api.call("POST", "/api/restores", example).status())
                        .as("the example's source does not exist, and no source is on the server of its url")
                        .isEqualTo(name.equals("url") ? 400 : 404));
    }

    @Test
    void promtoolAcceptsTheMetrics() throws Exception {
        MetricsLint.assertAccepted(service);
    }
}
