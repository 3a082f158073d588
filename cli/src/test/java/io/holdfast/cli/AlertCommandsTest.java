package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertCommandsTest {
    private static final String ID = "3f2b8c1e-6a2e-4b1c-9d55-0b6d4d2f1a77";
    private static final String ALERT = "{\"id\":\"" + ID
            + "\",\"rule\":\"backup-failed\",\"source\":\"portal\",\"state\":\"FIRING\",\"severity\":\"CRITICAL\","
            + "\"summary\":\"backup of portal failed\",\"firstSeen\":\"2026-01-15T14:30:00Z\",\"muted\":\"SILENCED\","
            + "\"acknowledgement\":{\"until\":\"2026-01-15T16:30:00Z\"}}";
    private FakeServices services;

    @BeforeEach
    void start() throws Exception {
        services = new FakeServices();
    }

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void alertsShowsWhatHasNotEnded() {
        services.on("GET /api/alerts", "{\"items\":[" + ALERT + "]}");

        Shell.Result result = run("alerts", "portal", "--state", "firing");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("FIRING (muted)", "CRITICAL", "backup-failed", "portal", "2026-01-15 14:30");
        assertThat(services.requests("GET", "/api/alerts").getFirst().query())
                .contains("state=FIRING", "source=portal");
    }

    @Test
    void ackFindsAnAlertByTheBeginningOfItsId() {
        services.on("GET /api/alerts", "{\"items\":[" + ALERT + "]}")
                .on("POST /api/alerts/" + ID + "/acknowledgement", ALERT);

        Shell.Result result = run("ack", "3f2b8c1e", "--for", "2h", "--note", "on it");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("is acknowledged until 2026-01-15 16:30");
        assertThat(services.requests("POST", "/api/alerts/" + ID + "/acknowledgement")
                        .getFirst()
                        .body())
                .contains("\"note\":\"on it\"", "\"until\":");
    }

    @Test
    void silenceNeedsASourceOrARule() {
        services.on("POST /api/silences", "{\"id\":\"" + ID + "\"}");

        assertThat(run("silence", "--until", "4h", "--reason", "x").exit()).isEqualTo(2);

        Shell.Result result =
                run("silence", "--source", "portal", "--rule", "size-anomaly", "--until", "4h", "--reason", "x");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("alerts of rule size-anomaly of source portal are silent until");
    }

    private Shell.Result run(String... arguments) {
        return new Shell().with("HOLDFAST_URL", services.url()).run(arguments);
    }
}
