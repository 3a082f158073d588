package io.holdfast.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.testsupport.api.MetricsLint;
import io.holdfast.testsupport.api.OpenApiContract;
import io.holdfast.vault.format.Manifest;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "verifier"))
class OpenApiTest {
    @TestHTTPResource("/")
    URI service = URI.create("set:by-quarkus");

    @Inject
    Shop shop;

    @TempDir
    Path directory;

    @Test
    void everyOperationAnswersAsItsDocumentSays() throws SQLException {
        OpenApiContract api = OpenApiContract.of(service);
        Manifest manifest = shop.backup(Shop.SHOP);

        var requested = api.call("POST", "/api/verifications", "{\"backupId\":\"" + manifest.backup() + "\"}");
        String at = "/api/verifications/"
                + Objects.requireNonNull(requested.body()).path("id").asText();
        await().atMost(Bus.PATIENCE)
                .until(() -> "PASSED"
                        .equals(Objects.requireNonNull(api.call("GET", at, null).body())
                                .path("state")
                                .asText()));
        api.call("GET", "/api/verifications?backup=" + manifest.backup(), null);
        String id = at.substring(at.lastIndexOf('/') + 1);
        assertThat(Objects.requireNonNull(api.call("GET", "/api/verifications?id=" + id.substring(0, 23), null)
                                .body())
                        .at("/items/0/id")
                        .asText())
                .isEqualTo(id);

        drills(api);
        api.call("GET", "/api/whoami", null);
        api.call("GET", "/api/configuration", null);
        api.call("POST", "/api/configuration/reload", null);

        assertThat(api.problems()).isEmpty();
        assertThat(api.uncalled())
                .as("operations that fail here: there is neither a scratch server to keep a copy on nor a person")
                .containsExactlyInAnyOrder("POST /api/drills/{id}/login", "POST /api/drills/{id}/signature");
    }

    private void drills(OpenApiContract api) throws SQLException {
        SqliteTest.backup(shop, directory, snapshot -> snapshot);
        String drill = "/api/drills/"
                + Objects.requireNonNull(api.call("POST", "/api/drills", "{\"source\": \"notes\"}")
                                .body())
                        .path("id")
                        .asText();
        await().atMost(Bus.PATIENCE.multipliedBy(4))
                .until(() -> "PASSED"
                        .equals(Objects.requireNonNull(
                                        api.call("GET", drill, null).body())
                                .path("state")
                                .asText()));
        api.call("GET", "/api/drills?source=notes&limit=1", null);
        api.call("GET", drill + "/report?format=json", null);
        api.call("POST", drill + "/result", "{\"passed\": true}");
        api.call("POST", drill + "/signature", "{}");
        api.call("POST", drill + "/login", null);
        api.call("GET", drill + "/evidence", null);
        api.call("GET", "/api/drills/summary", null);
        api.call("GET", "/api/drills/recovery?source=notes", null);
    }

    @Test
    void everyRefusalIsADocumentedProblem() {
        OpenApiContract api = OpenApiContract.of(service);

        assertThat(api.call("POST", "/api/verifications", "{}").status()).isEqualTo(400);
        assertThat(api.call("GET", "/api/verifications", null).status()).isEqualTo(400);
        assertThat(api.call("GET", "/api/verifications/" + UUID.randomUUID(), null)
                        .status())
                .isEqualTo(404);

        assertThat(api.problems()).isEmpty();
    }

    @Test
    void everyRequestAndAnswerHasAnExampleThatMatchesItsSchema() {
        OpenApiContract api = OpenApiContract.of(service);

        assertThat(api.examples()).isEmpty();
        assertThat(api.requests("POST /api/verifications"))
                .isNotEmpty()
                .allSatisfy((name, example) -> assertThat(
                                api.call("POST", "/api/verifications", example).status())
                        .as("the backup of the example does not exist")
                        .isEqualTo(404));
    }

    @Test
    void promtoolAcceptsTheMetrics() throws Exception {
        MetricsLint.assertAccepted(service);
    }
}
