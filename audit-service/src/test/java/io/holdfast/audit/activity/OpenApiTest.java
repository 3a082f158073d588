package io.holdfast.audit.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.testsupport.api.MetricsLint;
import io.holdfast.testsupport.api.OpenApiContract;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "audit"))
class OpenApiTest {
    private static final Duration SOON = Duration.ofSeconds(90);

    @TestHTTPResource("/")
    URI service = URI.create("set:by-quarkus");

    @SuppressWarnings("NullAway.Init") // DevStackResource sets it
    StackAddresses addresses;

    @Test
    void everyOperationAnswersAsItsDocumentSays() {
        OpenApiContract api = OpenApiContract.of(service);
        Bus bus = new Bus(addresses.kafka());
        try {
            for (Samples.Sample sample : Samples.audited()) {
                bus.send(Samples.record(sample, UUID.randomUUID().toString()));
            }
            await().atMost(SOON)
                    .until(() -> Objects.requireNonNull(api.call("GET", "/api/activity?repeated=true&limit=200", null)
                                            .body())
                                    .path("items")
                                    .size()
                            >= Samples.audited().size());
        } finally {
            bus.close();
        }

        api.call("GET", "/api/activity/coverage", null);
        assertThat(api.call("GET", "/api/activity?source=unheard-of", null).status())
                .isEqualTo(404);
        assertThat(api.call("GET", "/api/activity?limit=ten", null).status()).isEqualTo(400);

        api.call("GET", "/api/whoami", null);
        api.call("GET", "/api/configuration", null);
        api.call("POST", "/api/configuration/reload", null);

        assertThat(api.problems()).isEmpty();
        assertThat(api.uncalled()).isEmpty();
    }

    @Test
    void everyRequestAndAnswerHasAnExampleThatMatchesItsSchema() {
        assertThat(OpenApiContract.of(service).examples()).isEmpty();
    }

    @Test
    void promtoolAcceptsTheMetrics() throws Exception {
        MetricsLint.assertAccepted(service);
    }
}
