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
import java.util.Map;
import java.util.TreeMap;
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

        Map<Integer, Integer> answers = new TreeMap<>();
        for (int i = 0; i < 90; i++) {
            answers.merge(get("api/whoami", DemoConfig.CI_TOKEN).statusCode(), 1, Integer::sum);
        }
        assertThat(answers.keySet()).containsExactly(200, 429);
        assertThat(answers.get(200)).isBetween(60, 75);

        HttpResponse<String> refused = get("api/whoami", DemoConfig.CI_TOKEN);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
        assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(refused.body()).contains("REQUEST_RATE_LIMITED", "ci sends too many requests");
        HttpResponse<String> page = get("q/openapi", DemoConfig.CI_TOKEN);
        assertThat(page.statusCode()).isEqualTo(429);
        assertThat(page.headers().firstValue("retry-after")).hasValue("1");
        assertThat(get("q/metrics", DemoConfig.CI_TOKEN).body()).contains("holdfast_requests_limited_total");
        assertThat(get("api/whoami", "").statusCode()).isEqualTo(200);
    }

    @Test
    void anAddressWithoutATokenHasALimitOfItsOwnAndTheHealthEndpointsNone() throws Exception {
        config.useLimits("{ anonymous-requests: 60 }");

        for (int i = 0; i < 90; i++) {
            assertThat(get("q/health/live", "").statusCode()).isEqualTo(200);
        }
        for (int i = 0; i < 90; i++) {
            get("api/whoami", "");
        }
        assertThat(get("api/whoami", "").statusCode()).isEqualTo(429);
        assertThat(get("q/health/live", "").statusCode()).isEqualTo(200);
        assertThat(get("api/whoami", DemoConfig.CI_TOKEN).statusCode()).isEqualTo(200);
    }

    @Test
    void afterTooManyRefusedTokensNoneOfTheAddressIsCheckedAndItIsRecordedOnce() throws Exception {
        config.useLimits("{ failed-authentications: 5 }");

        Map<Integer, Integer> answers = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            answers.merge(get("api/whoami", ofUnknownKey(i)).statusCode(), 1, Integer::sum);
        }
        assertThat(answers.keySet()).containsExactly(401, 429);
        assertThat(answers.get(401)).isBetween(5, 8);

        HttpResponse<String> valid = get("api/whoami", DemoConfig.CI_TOKEN);
        assertThat(valid.statusCode()).isEqualTo(429);
        assertThat(valid.body()).contains("REQUEST_RATE_LIMITED", "was not checked");
        assertThat(Integer.parseInt(valid.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1, 12);
        assertThat(get("q/metrics", "bad").statusCode()).isEqualTo(429);
        assertThat(get("api/whoami", "").statusCode()).isEqualTo(200);
        bus.awaitOne(
                ACCESS_EVENTS,
                event -> Bus.text(event).contains("\"operation\":\"authentication\"")
                        && Bus.text(event).contains("429"));
        assertThat(bus.all(ACCESS_EVENTS, event -> Bus.text(event).contains("\"authentication\"")))
                .hasSize(1);
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
