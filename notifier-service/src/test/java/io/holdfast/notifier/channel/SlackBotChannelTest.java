package io.holdfast.notifier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifier.channel.SlackThread.Place;
import io.holdfast.notifier.notice.Notification;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlackBotChannelTest {
    private static final Optional<Place.Reply> THREAD =
            Optional.of(new Place.Reply("C1", "1.2", AlertNotices.raised(), null));

    @Test
    void onlyAReplyThatTellsOfAFiringAlertIsShownInTheChannel() {
        assertThat(broadcast(AlertNotices.raised(), THREAD)).isTrue();
        assertThat(broadcast(AlertNotices.resolved(), THREAD)).isFalse();
        assertThat(broadcast(AlertNotices.raised(), Optional.empty())).isFalse();
    }

    private static boolean broadcast(Notification notice, Optional<Place.Reply> thread) {
        return SlackBotChannel.message(notice, "#backups", thread)
                .path("reply_broadcast")
                .asBoolean();
    }
}
