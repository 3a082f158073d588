package io.holdfast.eventing.progress;

import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.runtime.EventingConfig;
import io.holdfast.eventing.runtime.KafkaProducerFactory;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps the latest report of each job and sends what is due from a thread of its own: workers never wait for Kafka. */
@ApplicationScoped
class ThrottledProgressReporter implements ProgressReporter {
    private static final Logger LOG = Logger.getLogger(ThrottledProgressReporter.class);
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int TICK_MILLIS = 250;
    private static final int KEPT_SUBJECTS = 500;
    private static final int MAX_WAITING = 1_000;

    private final KafkaProducerFactory producers;
    private final EventingConfig config;
    private final Map<String, Latest> latest = new LinkedHashMap<>();
    private final Deque<JobProgressed> due = new ArrayDeque<>();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("holdfast-progress").unstarted(task));
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    ThrottledProgressReporter(KafkaProducerFactory producers, EventingConfig config) {
        this.producers = producers;
        this.config = config;
    }

    private static final class Latest {
        private JobProgressed report;
        private boolean sent;
        private long sentAt = System.nanoTime() - INTERVAL_NANOS;

        private Latest(JobProgressed report) {
            this.report = report;
        }
    }

    void start(@Observes StartupEvent ignored) {
        var unused = ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent ignored) {
        ticker.shutdownNow();
        KafkaProducer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(Duration.ofSeconds(1));
        }
    }

    @Override
    public void report(JobProgressed progress) {
        synchronized (latest) {
            Latest known = latest.computeIfAbsent(progress.subject(), subject -> new Latest(progress));
            boolean nextPhase = !known.report.phase().equals(progress.phase());
            if (nextPhase && !known.sent && due.size() < MAX_WAITING) {
                due.add(known.report);
            }
            known.report = progress;
            known.sent = false;
            if (latest.size() > KEPT_SUBJECTS) {
                latest.remove(latest.keySet().iterator().next());
            }
        }
    }

    @Override
    public Optional<JobProgressed> latest(String subject) {
        synchronized (latest) {
            return Optional.ofNullable(latest.get(subject)).map(known -> known.report);
        }
    }

    private void tick() {
        try {
            for (JobProgressed report = next(); report != null; report = next()) {
                send(report);
            }
        } catch (KafkaException e) {
            LOG.debugf(e, "progress could not be told: %s", e.getMessage());
        } catch (RuntimeException e) { // the edge of a thread that must not end
            LOG.warn("progress could not be told", e);
        }
    }

    private @Nullable JobProgressed next() {
        synchronized (latest) {
            JobProgressed lastOfPhase = due.poll();
            if (lastOfPhase != null) {
                return lastOfPhase;
            }
            long now = System.nanoTime();
            for (Latest known : latest.values()) {
                if (!known.sent && now - known.sentAt >= INTERVAL_NANOS) {
                    known.sent = true;
                    known.sentAt = now;
                    return known.report;
                }
            }
            return null;
        }
    }

    private void send(JobProgressed report) {
        if (producer == null) {
            producer = producers.bestEffort("progress");
        }
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                Topic.PROGRESS.topicName(), utf8(report.source().name()), utf8(EventJson.write(report)));
        Map.of(
                        "content-type", "application/json",
                        "ce_specversion", "1.0",
                        "ce_id", UUID.randomUUID().toString(),
                        "ce_source", "/holdfast/" + config.service(),
                        "ce_type", Topic.typeOf(JobProgressed.class),
                        "ce_subject", report.subject(),
                        "ce_time", report.at().toString())
                .forEach((name, value) -> message.headers().add(name, utf8(value)));
        var unused = producer.send(message);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
