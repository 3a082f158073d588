package io.holdfast.notifier.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.StackAddresses;
import io.holdfast.notifier.notice.Samples;
import io.holdfast.testsupport.api.MetricsLint;
import io.holdfast.testsupport.api.OpenApiContract;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = NotifierStack.class, initArgs = @ResourceArg(name = "alerts", value = "on"))
class OpenApiTest {
    private static final Duration SOON = Duration.ofSeconds(90);

    @TestHTTPResource("/")
    URI service = URI.create("set:by-quarkus");

    @SuppressWarnings("NullAway.Init") // NotifierStack sets it
    StackAddresses addresses;

    @Test
    void everyOperationAnswersAsItsDocumentSays() {
        OpenApiContract api = OpenApiContract.of(service);
        Bus bus = new Bus(addresses.kafka());
        try {
            bus.send(Samples.of("BackupFailed")
                    .with("portal", "till")
                    .with("2026-01-15T14:30:02.125Z", Instant.now().toString()));
            await().atMost(SOON)
                    .until(() -> !Objects.requireNonNull(api.call("GET", "/api/deliveries?limit=200", null)
                                    .body())
                            .path("items")
                            .isEmpty());
        } finally {
            bus.close();
        }

        api.call("GET", "/api/channels", null);
        alerts(api);

        api.call("POST", "/api/channels/ops/test", null);
        assertThat(api.call("POST", "/api/channels/dead/test", null).status()).isEqualTo(502);
        assertThat(api.call("POST", "/api/channels/unknown/test", null).status())
                .isEqualTo(404);
        assertThat(api.call("GET", "/api/deliveries?state=LOST", null).status()).isEqualTo(400);

        api.call("GET", "/api/whoami", null);
        api.call("GET", "/api/configuration", null);
        api.call("POST", "/api/configuration/reload", null);

        assertThat(api.problems()).isEmpty();
        assertThat(api.uncalled()).isEmpty();
    }

    private static void alerts(OpenApiContract api) {
        await().atMost(SOON)
                .until(() -> !Objects.requireNonNull(api.call("GET", "/api/alerts?state=FIRING", null)
                                .body())
                        .path("items")
                        .isEmpty());
        String alert = Objects.requireNonNull(
                        api.call("GET", "/api/alerts?state=FIRING", null).body())
                .at("/items/0/id")
                .asText();
        String path = "/api/alerts/" + alert + "/acknowledgement";
        assertThat(api.call("POST", path, "{\"note\":\"seen\"}").status()).isEqualTo(200);
        assertThat(api.call("POST", path, "{\"note\":\" \"}").status()).isEqualTo(400);
        assertThat(api.call("POST", "/api/alerts/4711/acknowledgement", "{\"note\":\"seen\"}")
                        .status())
                .isEqualTo(404);
        String until = Instant.now().plusSeconds(1).toString();
        String silence =
                "{\"source\":\"letters\",\"rule\":\"disk-space\",\"until\":\"" + until + "\",\"reason\":\"test\"}";
        assertThat(api.call("POST", "/api/silences", silence).status()).isEqualTo(200);
        assertThat(api.call("POST", "/api/silences", silence.replace("disk-space", "disk"))
                        .status())
                .isEqualTo(400);
        assertThat(api.call("GET", "/api/silences", null).status()).isEqualTo(200);
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
