package io.holdfast.eventing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.inbox.InboxTableTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** How long a request on Kafka takes to its job row, and an event from its commit to Kafka. Measured, not asserted. */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
@QuarkusTest
@WithTestResource(DevStackResource.class)
class LatencyTest {
    private static final Logger LOG = Logger.getLogger(LatencyTest.class);
    private static final String REQUESTS = "holdfast.backup.requests.v1";
    private static final int WARM_UP = 300;
    private static final int MEASURED = 500;

    @Inject
    Bus bus;

    @Inject
    Tables tables;

    @Test
    void fromRequestToJobRowAndFromCommitToKafka() throws SQLException {
        send("warmup", WARM_UP);
        String name = send("measured", MEASURED);

        List<Double> toJob = new ArrayList<>();
        try (Connection connection = tables.connect();
                PreparedStatement select =
                        connection.prepareStatement("select d.name, j.created_at from job j join demo d"
                                + " on j.subject = d.id::text where d.name like ?")) {
            select.setString(1, name + "-%");
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Instant sent = Instant.ofEpochMilli(0)
                            .plusNanos(Long.parseLong(row.getString(1).substring(name.length() + 1)) * 1000);
                    toJob.add(
                            millis(sent, row.getObject(2, OffsetDateTime.class).toInstant()));
                }
            }
        }
        List<Double> toKafka = bus
                .all("holdfast.backup.events.v1", m -> Bus.text(m).contains(name))
                .stream()
                .map(m -> millis(
                        Instant.parse(Bus.header(m, "ce_time").orElseThrow()), Instant.ofEpochMilli(m.timestamp())))
                .toList();

        assertThat(toJob).hasSize(MEASURED);
        report("request on Kafka to job row", toJob);
        report("event published to event on Kafka (to the millisecond)", toKafka);
    }

    /** One at a time, as requests come. */
    private String send(String prefix, int count) {
        String name = InboxTableTest.unique(prefix);
        for (int i = 1; i <= count; i++) {
            Instant now = Instant.now();
            String source = name + "-" + (now.getEpochSecond() * 1_000_000 + now.getNano() / 1000);
            bus.sendStructured(REQUESTS, InboxTableTest.structured(InboxTableTest.unique("l"), "/latency", source, ""));
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        tables.count("demo where name like ?", name + "-%") == count && tables.count("outbox") == 0);
        return name;
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }

    private static void report(String what, List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        LOG.infof(
                "%s, n=%d: p50 %s ms, p99 %s ms, max %s ms",
                what,
                sorted.size(),
                text(sorted.get(sorted.size() / 2)),
                text(sorted.get(sorted.size() * 99 / 100)),
                text(sorted.getLast()));
    }

    private static String text(double millis) {
        return String.format(Locale.ROOT, "%.1f", millis);
    }
}
