package io.holdfast.notifier.channel;

import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.notifier.channel.SlackThread.Place;
import io.holdfast.notifier.notice.Notification;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;

/** The threads in Slack. Each call is a transaction of its own under the lock of the thread's row. Blocks. */
@ApplicationScoped
class SlackThreads {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String INSERT = """
            insert into slack_thread (id, channel, target, thread)
            values (:id, :channel, :target, :thread) on conflict do nothing""";

    private final TransactionRunner transactions;
    private final Clock clock;

    SlackThreads(TransactionRunner transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /** After {@link Place.First} the caller sends the first message, and then calls {@link #opened} or {@link #released}. */
    Place place(SlackThread.Key key, Notification notice) {
        return await(session -> session.createNativeQuery(INSERT)
                .setParameter("id", key.id())
                .setParameter("channel", key.channel())
                .setParameter("target", key.target())
                .setParameter("thread", key.thread())
                .executeUpdate()
                .chain(() -> locked(session, key))
                .map(thread -> thread.place(notice, clock.instant())));
    }

    void opened(SlackThread.Key key, String slackChannel, String ts, Notification notice) {
        change(key, thread -> thread.opened(slackChannel, ts, notice));
    }

    void released(SlackThread.Key key) {
        change(key, SlackThread::released);
    }

    void shown(SlackThread.Key key, Notification notice) {
        change(key, thread -> thread.shown(notice));
    }

    /** The first message is gone from Slack; the caller sends another one, as after {@link Place.First}. */
    void restart(SlackThread.Key key) {
        change(key, thread -> thread.claim(clock.instant()));
    }

    private void change(SlackThread.Key key, Consumer<SlackThread> verb) {
        await(session -> locked(session, key).invoke(verb).replaceWithVoid());
    }

    private static Uni<SlackThread> locked(Mutiny.Session session, SlackThread.Key key) {
        return session.find(SlackThread.class, key.id(), LockMode.PESSIMISTIC_WRITE);
    }

    private <T> T await(Function<Mutiny.Session, Uni<T>> work) {
        return transactions.run(work).await().atMost(PATIENCE);
    }
}
