package io.holdfast.supabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.devstack.history.DatabaseHistory;
import io.holdfast.devstack.supabase.SupabaseServer;
import io.holdfast.engine.connect.PasswordSupplier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The requests to the API, against the stand-in. */
class SupabaseProjectTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
    private static final Instant HOUR_AGO = NOW.minus(Duration.ofHours(1));
    private static final Runnable NOTHING = () -> {};

    private final States states = new States();
    private SupabaseServer server;

    /** What the provider did to the database. */
    private static final class States implements DatabaseHistory {
        final List<String> done = new ArrayList<>();

        @Override
        public URI open(String copy, Instant at) {
            done.add(copy + " of " + at);
            return URI.create("postgresql://127.0.0.1/" + copy);
        }

        @Override
        public void drop(String copy) {
            done.add("no " + copy);
        }
    }

    @BeforeEach
    void start() {
        server = SupabaseServer.start(states, "portal", () -> NOW);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SupabaseProject project() {
        return project(server.endpoint(), server.token());
    }

    private static SupabaseProject project(URI endpoint, String token) {
        return new SupabaseProject(
                new SupabaseSettings(endpoint, SupabaseServer.PROJECT),
                PasswordSupplier.from(() -> token),
                pause -> {});
    }

    private static HoldfastException failure(Runnable call) {
        return catchThrowableOfType(HoldfastException.class, call::run);
    }

    private long posts() {
        return server.requests().stream()
                .filter(request -> request.startsWith("POST"))
                .count();
    }

    @Test
    void anAcceptedRestoreLooksHealthyAtFirstAndEndsHealthyWithTheEarlierState() {
        assertThat(project().restore(HOUR_AGO, NOTHING)).isInstanceOf(RestoreAnswer.Accepted.class);

        List<String> seen = new ArrayList<>();
        for (int look = 0; look < 6; look++) {
            seen.add(project().status().name());
        }

        assertThat(seen)
                .containsExactly(
                        "ACTIVE_HEALTHY", "ACTIVE_HEALTHY", "RESTORING", "RESTORING", "COMING_UP", "ACTIVE_HEALTHY");
        assertThat(states.done).endsWith("portal of " + HOUR_AGO);
        assertThat(server.restores()).isOne();
    }

    @Test
    void aRequestWhoseAnswerIsLostIsNotSentAgainWhetherItWasCarriedOutOrNot() {
        server.dropRequests(1);
        assertThat(project().restore(HOUR_AGO, NOTHING)).isInstanceOf(RestoreAnswer.Unknown.class);
        assertThat(server.restores()).isZero();
        assertThat(posts()).isOne();

        server.loseAnswers(1);
        assertThat(project().restore(HOUR_AGO, NOTHING)).isInstanceOf(RestoreAnswer.Unknown.class);
        assertThat(server.restores()).isOne();
        assertThat(posts()).isOne();
    }

    @Test
    void aRequestThatWasTooManyIsRepeatedAndRestoresOnce() {
        server.limit(2);

        assertThat(project().restore(HOUR_AGO, NOTHING)).isInstanceOf(RestoreAnswer.Accepted.class);

        assertThat(posts()).isEqualTo(3);
        assertThat(server.restores()).isOne();
    }

    @Test
    void eachTryIsCheckedAndAFailedCheckSendsNothing() {
        server.limit(2);
        List<Integer> checks = new ArrayList<>();

        assertThat(project().restore(HOUR_AGO, () -> {
                    checks.add(1);
                    if (checks.size() == 2) {
                        throw HoldfastException.of(FailureCode.TARGET_UNREACHABLE, "too late");
                    }
                }))
                .isInstanceOfSatisfying(
                        RestoreAnswer.Refused.class,
                        refused -> assertThat(refused.failure()).hasMessage("too late"));
        assertThat(posts()).isOne();

        assertThat(failure(() -> project().restore(HOUR_AGO, () -> {
                            throw HoldfastException.of(FailureCode.LEASE_LOST, "lost");
                        }))
                        .code())
                .isEqualTo(FailureCode.LEASE_LOST);
        assertThat(posts()).isZero();
        assertThat(server.restores()).isZero();
    }

    @Test
    void aSecondRequestDuringARestoreIsRefused() {
        server.delay(4);
        assertThat(project().restore(HOUR_AGO, NOTHING)).isInstanceOf(RestoreAnswer.Accepted.class);

        assertThat(project().restore(HOUR_AGO, NOTHING)).isInstanceOf(RestoreAnswer.Refused.class);
        assertThat(server.restores()).isOne();
    }

    /** Status and body of an answer to whatever is asked. */
    private static HttpServer answering(int status, String body) throws IOException {
        HttpServer odd = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        odd.createContext("/", exchange -> {
            byte[] text = body.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        odd.start();
        return odd;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | <html>log in</html>",
                "200 | {\"message\": \"hello\"}",
                "200 | {\"pitr_enabled\": \"true\", \"status\": 1}",
                "521 | {}",
                "599 | <html>down</html>"
            })
    void anAnswerWithoutWhatIsAskedForMayBeAnotherOneLater(int status, String body) throws IOException {
        HttpServer odd = answering(status, body);
        try {
            SupabaseProject project =
                    project(URI.create("http://127.0.0.1:" + odd.getAddress().getPort()), "sbp_any");

            for (Runnable call : List.<Runnable>of(project::status, project::window)) {
                HoldfastException failure = failure(call);
                assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNREACHABLE);
                assertThat(failure).hasMessageContaining("no usable answer");
            }
            if (!body.startsWith("{\"")) {
                assertThat(project.restore(HOUR_AGO, NOTHING)).isInstanceOf(RestoreAnswer.Unknown.class);
            }
        } finally {
            odd.stop(0);
        }
    }

    @Test
    void aServerThatIsNotThereDidNotGetTheRequest() {
        server.close();

        RestoreAnswer answer = project().restore(HOUR_AGO, NOTHING);

        assertThat(answer)
                .isInstanceOfSatisfying(
                        RestoreAnswer.Refused.class,
                        refused -> assertThat(refused.failure().code()).isEqualTo(FailureCode.SOURCE_UNREACHABLE));
    }

    @Test
    void aRefusalRestoresNothingAndNamesItsReason() {
        server.pointInTime(false);

        assertThat(project().restore(HOUR_AGO, NOTHING))
                .isInstanceOfSatisfying(
                        RestoreAnswer.Refused.class,
                        refused -> assertThat(refused.failure())
                                .hasMessageContaining("Point in time recovery is not enabled"));
        assertThat(project(server.endpoint(), "sbp_other").restore(HOUR_AGO, NOTHING))
                .isInstanceOfSatisfying(
                        RestoreAnswer.Refused.class,
                        refused -> assertThat(refused.failure().code())
                                .isEqualTo(FailureCode.SOURCE_AUTHENTICATION_FAILED));
        assertThat(server.restores()).isZero();
    }

    @Test
    void anInstantIsCutToItsSecondAndRefusedOutsideTheWindow() {
        assertThat(project().covered(HOUR_AGO.plusMillis(999))).isEqualTo(HOUR_AGO);

        for (Instant outside : List.of(
                NOW.minus(Duration.ofDays(7)).minusSeconds(1),
                NOW.minus(Duration.ofSeconds(119)),
                NOW.plusSeconds(60))) {
            HoldfastException refused = failure(() -> project().covered(outside));
            assertThat(refused.code()).isEqualTo(FailureCode.POINT_NOT_COVERED);
            assertThat(refused).hasMessageContaining("from 2026-01-08T12:00:00Z to 2026-01-15T11:58:00Z");
        }
    }

    @Test
    void aProjectWithoutPointInTimeOrWithoutABackupHasNoWindow() {
        server.backedUp(false);
        assertThat(failure(() -> project().window()))
                .hasMessageContaining("no physical backup yet")
                .extracting(HoldfastException::code)
                .isEqualTo(FailureCode.POINT_NOT_COVERED);

        server.pointInTime(false);
        assertThat(failure(() -> project().window())).hasMessageContaining("point-in-time recovery is off");
    }

    @Test
    void theTokenIsInNoFailure() {
        HoldfastException refused =
                failure(() -> project(server.endpoint(), "sbp_secret").status());

        assertThat(refused.code()).isEqualTo(FailureCode.SOURCE_AUTHENTICATION_FAILED);
        assertThat(refused.getMessage()).doesNotContain("sbp_secret");
    }
}
