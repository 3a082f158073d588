package io.holdfast.restore.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthProbeTest {
    private final Application portal = new Application();
    private final HealthProbe probe = new HealthProbe(Application.CLIENT);

    @AfterEach
    void close() {
        portal.close();
    }

    private HealthResult asked() {
        return probe.ask(portal.at("/api/health?key=s3cret"));
    }

    @Test
    void theDatabasesLatencyIsTold() {
        portal.says(200, "{\"ok\":true,\"database\":{\"connected\":true,\"latency\":\"15ms\"}}");

        HealthResult result = asked();

        assertThat(result.ok()).isTrue();
        assertThat(result.detail()).isEqualTo("it answered 200, database connected (15ms)");
        assertThat(result.latency()).isPositive();
        assertThat(portal.asked.getFirst().method()).isEqualTo("GET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "OK", "<html>fine</html>", "{\"status\":\"UP\"}", "[1", "\"ok\"", "null", "{\"ok\":null}"})
    void whatDoesNotSayOtherwiseIsWell(String body) {
        portal.says(200, body);

        HealthResult result = asked();

        assertThat(result.ok()).as(result.detail()).isTrue();
    }

    @Test
    void aLongAnswerIsNotReadToItsEnd() {
        portal.says(200, "x".repeat(1 << 20));

        assertThat(asked().ok()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ok\":false}",
                "{\"ok\":\"false\"}",
                "{\"ok\":false,\"database\":{\"connected\":true}}",
                "{\"ok\":true,\"database\":{\"connected\":false}}",
                "{\"database\":{\"connected\":false,\"error\":\"password hunter2 refused\"}}"
            })
    void whatSaysThatItIsNotWellIsNot(String body) {
        portal.says(200, body);

        assertThat(asked().ok()).isFalse();
        assertThat(asked().detail()).contains("not").doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 404, 302})
    void noOtherStatusIsWell(int status) {
        portal.says(status, "{\"ok\":true}");

        assertThat(asked().ok()).isFalse();
        assertThat(asked().detail()).contains(String.valueOf(status));
    }

    @Test
    void aMetadataServiceIsNotAsked() {
        HealthResult result = probe.ask(URI.create("http://169.254.169.254/latest?key=s3cret"));

        assertThat(result.ok()).isFalse();
        assertThat(result.detail()).contains("outbound.allow").doesNotContain("s3cret");
    }

    @Test
    void silenceIsNotWell() {
        portal.answers(0);

        HealthResult result = new HealthProbe(Application.CLIENT, Duration.ofMillis(300)).ask(portal.at("/"));

        assertThat(result.ok()).isFalse();
        assertThat(result.detail()).isEqualTo("no answer within 300 ms");
    }

    @Test
    void anApplicationThatIsDownIsNotWellAndItsUrlStaysOurs() {
        URI url = portal.at("/api/health?key=s3cret");
        portal.close();

        HealthResult result = probe.ask(url);

        assertThat(result.ok()).isFalse();
        assertThat(result.detail()).doesNotContain("s3cret").contains("connected");
    }
}
