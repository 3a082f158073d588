package io.holdfast.notifier.watch;

import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Counts the dead letters of every topic. A letter that is delivered again counts again; the number is for people. */
@ApplicationScoped
class DeadLetterConsumer {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final TransactionRunner transactionRunner;
    private final InstantSource clock;

    DeadLetterConsumer(TransactionRunner transactionRunner, InstantSource clock) {
        this.transactionRunner = transactionRunner;
        this.clock = clock;
    }

    @Incoming("dead-letters")
    Uni<Void> onLetter(ConsumerRecord<byte[], byte[]> letter) {
        String topic = letter.topic();
        String reason = header(letter, "holdfast-reason") + ", by " + header(letter, "holdfast-consumer");
        return transactionRunner
                .run(session -> Facts.of("""
                                insert into dead_letter (topic, letters, first_at, last_at, reason)
                                values (:topic, 1, ts(:at), ts(:at), :reason)
                                on conflict (topic) do update set letters = dead_letter.letters + 1,
                                    last_at = excluded.last_at, reason = excluded.reason""")
                        .with("topic", topic)
                        .with("at", clock.instant())
                        .with("reason", reason)
                        .record(session))
                .onFailure()
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .indefinitely();
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null || header.value() == null
                ? "unknown"
                : new String(header.value(), StandardCharsets.UTF_8);
    }
}
