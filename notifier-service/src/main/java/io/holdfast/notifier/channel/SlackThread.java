package io.holdfast.notifier.channel;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.notifier.notice.Notification;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a backup, restore or alert in one channel of Slack. One worker of all replicas sends its first message: it
 * holds a claim, which ends by itself if the worker dies.
 */
@Entity
@Table(name = "slack_thread")
class SlackThread {
    private static final Duration CLAIM = Duration.ofMinutes(1);

    @Id
    UUID id;

    @Column(updatable = false)
    String channel;

    @Column(updatable = false)
    String target;

    @Column(updatable = false)
    String thread;

    @Nullable
    @Column(name = "claimed_until")
    Instant claimedUntil;

    @Nullable
    @Column(name = "slack_channel")
    String slackChannel;

    @Nullable
    String ts;

    @Nullable
    @Column(name = "first_notice")
    String firstNotice;

    @Nullable
    @Column(name = "shown_at")
    Instant shownAt;

    boolean ended;

    SlackThread() {}

    /**
     * @param channel its name in holdfast.yaml
     * @param target the channel in Slack, as holdfast.yaml names it; a changed one has threads of its own
     * @param thread such as {@code backup/0197f0c4…}
     */
    record Key(String channel, String target, String thread) {
        UUID id() {
            String name = channel + " " + target + " " + thread; // neither of the first two holds a space
            return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Where a message belongs. */
    sealed interface Place {
        /** The caller sends the first message. */
        record First() implements Place {}

        /** Another worker is sending the first message. */
        record Busy() implements Place {}

        /**
         * @param channel the id of the channel in Slack
         * @param ts the id of the first message
         * @param first what it told when it was sent
         * @param shownAt the time of the notice that it shows now
         */
        record Reply(
                String channel,
                String ts,
                Notification first,
                @Nullable Instant shownAt) implements Place {
            /** False for a message that was delayed by retries: the first one shows something newer. */
            boolean outdatedBy(Notification notice) {
                Instant at = notice.at();
                return shownAt == null || (at != null && !at.isBefore(shownAt));
            }
        }
    }

    Place place(Notification notice, Instant now) {
        if (slackChannel == null || ts == null || firstNotice == null) {
            if (claimedUntil != null && claimedUntil.isAfter(now)) {
                return new Place.Busy();
            }
            claim(now);
            return new Place.First();
        }
        if (beginsAnew(notice)) {
            claim(now);
            return new Place.First();
        }
        return new Place.Reply(slackChannel, ts, read(firstNotice), shownAt);
    }

    /** An alert that ended and is raised again later has a new thread. */
    private boolean beginsAnew(Notification notice) {
        Instant at = notice.at();
        return ended && !AlertThing.ends(notice) && at != null && shownAt != null && at.isAfter(shownAt);
    }

    void claim(Instant now) {
        claimedUntil = now.plus(CLAIM);
        slackChannel = null;
        ts = null;
        firstNotice = null;
        shownAt = null;
        ended = false;
    }

    /** The first message was not sent; the next attempt need not wait for the end of the claim. */
    void released() {
        claimedUntil = null;
    }

    void opened(String inChannel, String messageTs, Notification notice) {
        claimedUntil = null;
        slackChannel = inChannel;
        ts = messageTs;
        firstNotice = json(notice);
        shown(notice);
    }

    /** The first message now shows this notice. */
    void shown(Notification notice) {
        shownAt = notice.at() == null ? shownAt : notice.at();
        ended = AlertThing.ends(notice);
    }

    private static String json(Notification notice) {
        try {
            return EventJson.mapper().writeValueAsString(notice);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a notice is only text", e);
        }
    }

    private static Notification read(String json) {
        try {
            return EventJson.mapper().readValue(json, Notification.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the first notice of a thread cannot be read", e);
        }
    }
}
