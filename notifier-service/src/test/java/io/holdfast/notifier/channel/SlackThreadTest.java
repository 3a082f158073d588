package io.holdfast.notifier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifier.channel.SlackThread.Place;
import io.holdfast.notifier.notice.Notification;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SlackThreadTest {
    private static final Instant NOW = Instant.parse("2026-01-15T14:30:00Z");

    private final SlackThread thread = new SlackThread();

    @Test
    void oneWorkerSendsTheFirstMessageAndAnotherOneOnlyAfterItsClaim() {
        Notification notice = AlertNotices.raised(NOW);

        assertThat(thread.place(notice, NOW)).isInstanceOf(Place.First.class);
        assertThat(thread.place(notice, NOW.plusSeconds(59))).isInstanceOf(Place.Busy.class);
        assertThat(thread.place(notice, NOW.plusSeconds(60))).isInstanceOf(Place.First.class);
    }

    @Test
    void aFirstMessageThatWasNotSentIsSentByTheNextAttempt() {
        thread.place(AlertNotices.raised(NOW), NOW);
        thread.released();

        assertThat(thread.place(AlertNotices.raised(NOW), NOW)).isInstanceOf(Place.First.class);
    }

    @Test
    void aDelayedMessageDoesNotReplaceANewerOutcome() {
        Place.Reply reply = opened(NOW);

        assertThat(reply.outdatedBy(AlertNotices.resolved(NOW.plusSeconds(1)))).isTrue();
        assertThat(reply.outdatedBy(AlertNotices.raised(NOW.minusSeconds(1)))).isFalse();
    }

    @Test
    void anAlertThatIsRaisedAgainAfterItsEndHasANewThread() {
        opened(NOW);
        thread.shown(AlertNotices.resolved(NOW.plusSeconds(60)));

        assertThat(thread.place(AlertNotices.raised(NOW), NOW.plusSeconds(90)))
                .as("the first raise again, delayed")
                .isInstanceOf(Place.Reply.class);
        assertThat(thread.place(AlertNotices.raised(NOW.plusSeconds(3600)), NOW.plusSeconds(3600)))
                .isInstanceOf(Place.First.class);
    }

    private Place.Reply opened(Instant at) {
        thread.place(AlertNotices.raised(at), at);
        thread.opened("C1", "1.2", AlertNotices.raised(at));
        return (Place.Reply) thread.place(AlertNotices.raised(at), at);
    }
}
