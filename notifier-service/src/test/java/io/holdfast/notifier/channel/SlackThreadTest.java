package io.holdfast.notifier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.notifier.channel.SlackThread.Place;
import io.holdfast.notifier.notice.Notification;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlackThreadTest {
    private static final Instant NOW = Instant.parse("2026-01-15T14:30:00Z");

    private final SlackThread thread = new SlackThread();

    @Test
    void oneWorkerSendsTheFirstMessageAndAnotherOneOnlyAfterItsClaim() {
        Notification notice = notice(NotifiedEvent.ALERT_RAISED, NOW);

        assertThat(thread.place(notice, NOW)).isInstanceOf(Place.First.class);
        assertThat(thread.place(notice, NOW.plusSeconds(59))).isInstanceOf(Place.Busy.class);
        assertThat(thread.place(notice, NOW.plusSeconds(60))).isInstanceOf(Place.First.class);
    }

    @Test
    void aFirstMessageThatWasNotSentIsSentByTheNextAttempt() {
        thread.place(notice(NotifiedEvent.ALERT_RAISED, NOW), NOW);
        thread.released();

        assertThat(thread.place(notice(NotifiedEvent.ALERT_RAISED, NOW), NOW)).isInstanceOf(Place.First.class);
    }

    @Test
    void aDelayedMessageDoesNotReplaceANewerOutcome() {
        Place.Reply reply = opened(NOW);

        assertThat(reply.outdatedBy(notice(NotifiedEvent.ALERT_RESOLVED, NOW.plusSeconds(1))))
                .isTrue();
        assertThat(reply.outdatedBy(notice(NotifiedEvent.ALERT_RAISED, NOW.minusSeconds(1))))
                .isFalse();
    }

    @Test
    void anAlertThatIsRaisedAgainAfterItsEndHasANewThread() {
        opened(NOW);
        thread.shown(notice(NotifiedEvent.ALERT_RESOLVED, NOW.plusSeconds(60)));

        assertThat(thread.place(notice(NotifiedEvent.ALERT_RAISED, NOW), NOW.plusSeconds(90)))
                .as("the first raise again, delayed")
                .isInstanceOf(Place.Reply.class);
        assertThat(thread.place(notice(NotifiedEvent.ALERT_RAISED, NOW.plusSeconds(3600)), NOW.plusSeconds(3600)))
                .isInstanceOf(Place.First.class);
    }

    private Place.Reply opened(Instant at) {
        thread.place(notice(NotifiedEvent.ALERT_RAISED, at), at);
        thread.opened("C1", "1.2", notice(NotifiedEvent.ALERT_RAISED, at));
        return (Place.Reply) thread.place(notice(NotifiedEvent.ALERT_RAISED, at), at);
    }

    private static Notification notice(NotifiedEvent kind, Instant at) {
        return new Notification(
                kind, "alert/1/raised", null, Notification.Mood.BAD, "title", "text", List.of(), null, at);
    }
}
