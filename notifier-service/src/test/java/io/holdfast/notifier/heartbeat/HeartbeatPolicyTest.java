package io.holdfast.notifier.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifier.heartbeat.HeartbeatPolicy.Health;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HeartbeatPolicyTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void aServiceIsWellWhileItsRoundsRunItsConsumersKeepUpAndAChannelWorks() {
        assertThat(HeartbeatPolicy.problem(new Health(true, null, 2, 1), NOW)).isEmpty();
        assertThat(HeartbeatPolicy.problem(new Health(true, null, 0, 0), NOW)).isEmpty();
        assertThat(HeartbeatPolicy.problem(new Health(true, NOW.minusSeconds(60), 2, 0), NOW))
                .isEmpty();

        assertThat(HeartbeatPolicy.problem(new Health(false, null, 2, 0), NOW)).isPresent();
        assertThat(HeartbeatPolicy.problem(new Health(true, NOW.minusSeconds(301), 2, 0), NOW))
                .isPresent();
        assertThat(HeartbeatPolicy.problem(new Health(true, null, 2, 2), NOW)).contains("no channel works");
    }
}
