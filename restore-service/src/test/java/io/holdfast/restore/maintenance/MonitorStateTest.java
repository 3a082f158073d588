package io.holdfast.restore.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.eventing.cloudevents.EventJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MonitorStateTest {
    private static final Instant SWITCH = Instant.parse("2026-01-15T02:00:00Z");
    private static final MonitorPolicy DAY = new MonitorPolicy(Duration.ofDays(1), Duration.ofMinutes(5), 3);
    private static final HealthResult WELL = new HealthResult(true, "it answered 200", Duration.ofMillis(3));
    private static final HealthResult ILL = new HealthResult(false, "it answered 503", Duration.ofMillis(3));

    private static Instant after(int minutes) {
        return SWITCH.plus(Duration.ofMinutes(minutes));
    }

    private static MonitorSample look(int minutes, @Nullable HealthResult health) {
        return new MonitorSample(after(minutes), health, null, Map.of());
    }

    private static MonitorSample rows(int minutes, long tickets) {
        return new MonitorSample(after(minutes), WELL, null, Map.of("public.tickets", tickets));
    }

    @Test
    void itIsLookedAtOnceAndThenEveryFiveMinutesAndAtTheEnd() {
        MonitorState monitorState = MonitorState.begun(SWITCH);

        assertThat(monitorState.judge(DAY, SWITCH).nextLookAt()).isEqualTo(SWITCH);
        assertThat(monitorState.seeing(look(0, WELL)).judge(DAY, after(1)).nextLookAt())
                .isEqualTo(after(5));
        assertThat(monitorState.seeing(look(0, WELL)).judge(DAY, after(60)).nextLookAt())
                .isEqualTo(after(60));
        assertThat(monitorState.seeing(look(1438, WELL)).judge(DAY, after(1438)).nextLookAt())
                .isEqualTo(after(1440));
    }

    @Test
    void oneOrTwoFailuresAreNoise() {
        MonitorState monitorState = MonitorState.begun(SWITCH)
                .seeing(look(0, ILL))
                .seeing(look(5, ILL))
                .seeing(look(10, WELL))
                .seeing(look(15, ILL))
                .seeing(look(20, ILL));

        assertThat(monitorState.judge(DAY, after(20)).state()).isEqualTo(MonitorState.State.WATCHING);
        assertThat(monitorState.failed()).isEqualTo(4);
    }

    @Test
    void threeInARowAreBadAndItMayBecomeWellAgain() {
        MonitorState monitorState = MonitorState.begun(SWITCH)
                .seeing(look(0, WELL))
                .seeing(look(5, ILL))
                .seeing(new MonitorSample(after(10), null, "connection refused", Map.of()))
                .seeing(look(15, ILL));

        MonitorState.Verdict verdict = monitorState.judge(DAY, after(15));
        assertThat(verdict.state()).isEqualTo(MonitorState.State.BAD);
        assertThat(verdict.over()).isFalse();
        assertThat(verdict.message())
                .startsWith("the application is not well: it answered 503, at 3 looks in a row since " + after(5));
        assertThat(monitorState.seeing(look(20, WELL)).judge(DAY, after(20)).state())
                .isEqualTo(MonitorState.State.WATCHING);
    }

    @Test
    void connectionErrorsCountWithoutAProbe() {
        MonitorState monitorState = MonitorState.begun(SWITCH);
        for (int i = 0; i < 3; i++) {
            monitorState = monitorState.seeing(new MonitorSample(after(5 * i), null, "connection refused", Map.of()));
        }

        assertThat(monitorState.judge(DAY, after(10)).message()).contains("connection refused");
    }

    @Test
    void aLookThatIsToldTwiceCountsOnce() {
        MonitorState monitorState = MonitorState.begun(SWITCH)
                .seeing(look(0, ILL))
                .seeing(look(0, ILL))
                .seeing(look(0, ILL));

        assertThat(monitorState.looks()).isEqualTo(1);
        assertThat(monitorState.judge(DAY, after(0)).bad()).isFalse();
    }

    @Test
    void aTableThatLosesAllItsRowsIsBadAtOnce() {
        MonitorState monitorState =
                MonitorState.begun(SWITCH).seeing(rows(0, 20_000)).seeing(rows(5, 19_000));
        assertThat(monitorState.judge(DAY, after(5)).bad()).isFalse();
        assertThat(monitorState.judge(DAY, after(5)).message()).contains("public.tickets 19000 (-1000)");

        MonitorState.Verdict verdict = monitorState.seeing(rows(10, 0)).judge(DAY, after(10));
        assertThat(verdict.state()).isEqualTo(MonitorState.State.BAD);
        assertThat(verdict.message()).contains("public.tickets (20000 rows before)");
    }

    @Test
    void aTableThatWasEmptyMayStayEmptyAndOneThatIsNotCountedIsNotEmpty() {
        MonitorState empty = MonitorState.begun(SWITCH).seeing(rows(0, 0)).seeing(rows(5, 0));
        MonitorState uncounted = MonitorState.begun(SWITCH).seeing(rows(0, 5)).seeing(look(5, WELL));

        assertThat(empty.judge(DAY, after(5)).bad()).isFalse();
        assertThat(uncounted.judge(DAY, after(5)).bad()).isFalse();
    }

    @Test
    void afterItsTimeItIsOverAndSaysHowItEnded() {
        MonitorState well = MonitorState.begun(SWITCH).seeing(rows(0, 10)).seeing(rows(1440, 12));

        assertThat(well.judge(DAY, after(1439)).over()).isFalse();
        MonitorState.Verdict end = well.judge(DAY, after(1440));
        assertThat(end.state()).isEqualTo(MonitorState.State.ENDED_WELL);
        assertThat(end.message())
                .isEqualTo("2 looks since 2026-01-15T02:00:00Z, 0 of them failed, the last after 24 h;"
                        + " rows: public.tickets 12 (+2)");
        assertThat(well.judge(new MonitorPolicy(Duration.ofDays(2), DAY.every(), 3), after(1440))
                        .over())
                .isFalse();
    }

    @Test
    void aFailureAtTheLastLookEndsItBadly() {
        MonitorState monitorState =
                MonitorState.begun(SWITCH).seeing(look(0, WELL)).seeing(look(1440, ILL));

        assertThat(monitorState.judge(DAY, after(1440)).state()).isEqualTo(MonitorState.State.ENDED_BAD);
    }

    @Test
    void aWatchThatNobodyKeptDidNotEndWell() {
        assertThat(MonitorState.begun(SWITCH).judge(DAY, after(3000)).state()).isEqualTo(MonitorState.State.ENDED_BAD);
    }

    @Test
    void itIsTheSameAfterARestart() throws JsonProcessingException {
        MonitorState monitorState =
                MonitorState.begun(SWITCH).seeing(rows(0, 10)).seeing(look(5, ILL));

        String kept = EventJson.mapper().writeValueAsString(monitorState);

        assertThat(EventJson.mapper().readValue(kept, MonitorState.class)).isEqualTo(monitorState);
    }
}
