package io.holdfast.notifier.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

class ChannelThrottleTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SetClock clock = new SetClock();
    private final ChannelThrottle throttle = new ChannelThrottle(clock);

    /** A queue of 100 messages, whose senders come back when they were told to. */
    @Test
    void aQueueIsSentAtThePaceOfItsChannelAndAsksSeldom() {
        PriorityQueue<Instant> comingBack = new PriorityQueue<>();
        for (int i = 0; i < 100; i++) {
            comingBack.add(clock.now);
        }
        List<Instant> sent = new ArrayList<>();
        int asked = 0;

        while (!comingBack.isEmpty()) {
            clock.now = later(clock.now, comingBack.remove().plusMillis(7)); // a worker is never quite in time
            asked++;
            throttle.enter("slack", SECOND).ifPresentOrElse(wait -> comingBack.add(clock.now.plus(wait)), () -> {
                sent.add(clock.now);
                throttle.leave("slack");
            });
        }

        for (int i = 1; i < sent.size(); i++) {
            assertThat(Duration.between(sent.get(i - 1), sent.get(i))).isGreaterThanOrEqualTo(SECOND);
        }
        assertThat(Duration.between(sent.getFirst(), sent.getLast())).isLessThan(Duration.ofSeconds(130));
        assertThat(asked).isLessThan(800);
    }

    @Test
    void aChannelThatIsClosedOrBusyDelaysNoOther() {
        throttle.close("slack", Duration.ofHours(1));
        throttle.enter("mail", Duration.ZERO);

        assertThat(throttle.enter("slack", SECOND)).contains(Duration.ofHours(1));
        assertThat(throttle.enter("mail", Duration.ZERO)).isEmpty();
        assertThat(throttle.enter("mail", Duration.ZERO)).isPresent();
        assertThat(throttle.enter("teams", Duration.ZERO)).isEmpty();
    }

    @Test
    void aChannelThatFailedIsTriedByOneWorkerUntilItWorks() {
        throttle.enter("mail", Duration.ZERO);
        throttle.close("mail", SECOND);
        throttle.leave("mail");
        clock.now = clock.now.plus(SECOND);

        assertThat(throttle.enter("mail", Duration.ZERO)).isEmpty();
        assertThat(throttle.enter("mail", Duration.ZERO)).isPresent();
        throttle.leave("mail");

        assertThat(throttle.enter("mail", Duration.ZERO)).isEmpty();
        assertThat(throttle.enter("mail", Duration.ZERO)).isEmpty();
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static final class SetClock extends Clock {
        private Instant now = Instant.parse("2026-01-15T14:30:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
