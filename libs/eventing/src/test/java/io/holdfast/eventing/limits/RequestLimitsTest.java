package io.holdfast.eventing.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.Bus;
import io.holdfast.eventing.DemoConfig;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limits of {@code access.limits}, through HTTP. A changed configuration fills the buckets. */
@QuarkusTest
@WithTestResource(DevStackResource.class)
class RequestLimitsTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String ACCESS_EVENTS = "holdfast.access.events.v1";

    @TestHTTPResource("/")
    URI server = URI.create("set:by-quarkus");

    @Inject
    DemoConfig config;

    @Inject
    Bus bus;

    @AfterEach
    void usual() throws IOException {
        config.useLimits("{}");
    }

    @Test
    void aPrincipalBeyondItsLimitIsRefusedAndOthersAreNot() throws Exception {
        config.useLimits("{ requests: 60 }");

        Refused operation = untilRefused("api/whoami", () -> DemoConfig.CI_TOKEN, 200);
        Refused page = untilRefused("q/openapi", () -> DemoConfig.CI_TOKEN, 200);

        assertThat(operation.before()).isGreaterThanOrEqualTo(60);
        assertThat(page.before()).isLessThan(60);
        for (Refused refused : List.of(operation, page)) {
            assertThat(refused.response().headers().firstValue("retry-after")).hasValue("1");
            assertThat(refused.response().headers().firstValue("content-type").orElseThrow())
                    .startsWith("application/problem+json");
            assertThat(refused.response().body())
                    .contains("REQUEST_RATE_LIMITED", "principal \\\"ci\\\": too many requests");
        }
        HttpResponse<String> metrics = get("q/metrics", DemoConfig.CI_TOKEN);
        assertThat(metrics.statusCode()).isEqualTo(200);
        assertThat(metrics.body()).contains("holdfast_requests_limited_total{limit=\"principal\"}");
        assertThat(get("api/whoami", "").statusCode()).isEqualTo(200);
    }

    @Test
    void anAddressWithoutATokenHasALimitOfItsOwnAndTheHealthEndpointsNone() throws Exception {
        config.useLimits("{ anonymous-requests: 60 }");

        for (int i = 0; i < 90; i++) {
            assertThat(get("q/health/live", "").statusCode()).isEqualTo(200);
        }
        Refused refused = untilRefused("api/whoami", () -> "", 200);

        assertThat(refused.before()).isGreaterThanOrEqualTo(60);
        assertThat(get("q/health/live", "").statusCode()).isEqualTo(200);
        assertThat(get("api/whoami", DemoConfig.CI_TOKEN).statusCode()).isEqualTo(200);
    }

    @Test
    void afterTooManyRefusedTokensNoneOfTheAddressIsCheckedAndItIsRecordedOnce() throws Exception {
        config.useLimits("{ failed-authentications: 5 }");

        AtomicInteger number = new AtomicInteger();
        Refused refused = untilRefused("api/whoami", () -> ofUnknownKey(number.incrementAndGet()), 401);
        HttpResponse<String> valid = get("api/whoami", DemoConfig.CI_TOKEN);
        HttpResponse<String> metrics = get("q/metrics", DemoConfig.CI_TOKEN);

        assertThat(refused.before()).isBetween(5, 10);
        assertThat(valid.statusCode()).isEqualTo(429);
        assertThat(valid.body()).contains("REQUEST_RATE_LIMITED", "was not checked");
        assertThat(Integer.parseInt(valid.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1, 12);
        assertThat(metrics.statusCode()).isEqualTo(429);
        assertThat(get("api/whoami", "").statusCode()).isEqualTo(200);
        Predicate<ConsumerRecord<byte[], byte[]>> recorded =
                event -> Bus.text(event).contains("\"operation\":\"authentication\"")
                        && Bus.text(event).contains("429");
        bus.awaitOne(ACCESS_EVENTS, recorded);
        assertThat(bus.all(ACCESS_EVENTS, recorded)).hasSizeLessThan(3);
    }

    /** @param before how many requests were answered otherwise */
    private record Refused(int before, HttpResponse<String> response) {}

    /** Sends requests until one is limited; a slow machine needs some more, because the buckets fill meanwhile. */
    private Refused untilRefused(String path, Supplier<String> token, int otherwise) throws Exception {
        for (int before = 0; before < 500; before++) {
            HttpResponse<String> response = get(path, token.get());
            if (response.statusCode() == 429) {
                return new Refused(before, response);
            }
            assertThat(response.statusCode()).isEqualTo(otherwise);
        }
        throw new AssertionError("no request was refused");
    }

    private static String ofUnknownKey(int number) {
        return encoded("{\"alg\":\"RS256\",\"kid\":\"unknown-" + number + "\"}") + "." + encoded("{}") + "."
                + encoded("no signature");
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path));
        return CLIENT.send(
                (token.isEmpty() ? request : request.header("Authorization", "Bearer " + token)).build(),
                BodyHandlers.ofString());
    }
}
