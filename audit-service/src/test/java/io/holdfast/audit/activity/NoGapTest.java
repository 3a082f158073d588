package io.holdfast.audit.activity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.StackAddresses;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Backlog.class)
class NoGapTest {
    private static final Duration SOON = Duration.ofSeconds(90);

    @SuppressWarnings("NullAway.Init") // Backlog sets it
    StackAddresses addresses;

    @Inject
    KafkaClientService kafka;

    @BeforeEach
    void waitForTheBacklog() {
        long backlog = (long) Backlog.ROUNDS * Samples.audited().size();
        await().atMost(SOON).untilAsserted(() -> assertThat(recorded()).isGreaterThanOrEqualTo(backlog));
    }

    @Test
    void whatWasPublishedBeforeTheServiceStartedIsRecorded() throws SQLException {
        String backlog = "from audit.activity_log where starts_with(event_id, 'backlog-')";

        assertThat(query("select count(*) " + backlog))
                .isEqualTo((long) Backlog.ROUNDS * Samples.audited().size());
        assertThat(query("select count(*) " + backlog + " and repeated")).isZero();
        assertThat(gaps()).isEmpty();
    }

    /** A process that is killed after its commit and before its acknowledgement leaves this to the next. */
    @Test
    void recordsThatAreReadAgainLeaveNoSecondLine() throws SQLException {
        long before = recorded();

        KafkaConsumer<byte[], byte[]> consumer = kafka.getConsumer("activity");
        consumer.runOnPollingThread(client -> {
                    client.seekToBeginning(client.assignment());
                })
                .await()
                .atMost(SOON);
        send(300);

        assertThat(recorded()).isEqualTo(before + 300);
        assertThat(gaps()).isEmpty();
    }

    @Test
    void aDatabaseThatThrowsItsClientsOutLosesNothing() throws SQLException {
        long before = recorded();

        for (int round = 0; round < 10; round++) {
            publish(50);
            query("select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'audit_service'");
        }

        await().atMost(SOON).untilAsserted(() -> assertThat(recorded()).isGreaterThanOrEqualTo(before + 500));
        assertThat(gaps()).isEmpty();
    }

    /** Sends to every topic, and waits. */
    private void send(int count) throws SQLException {
        String id = publish(count);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(query(
                                "select count(*) from audit.activity_log where starts_with(event_id, '" + id + "')"))
                        .isEqualTo(count));
    }

    private String publish(int count) {
        String id = UUID.randomUUID().toString();
        List<Samples.Sample> samples = Samples.audited();
        List<ProducerRecord<byte[], byte[]>> records = IntStream.range(0, count)
                .mapToObj(i -> Samples.record(samples.get(i % samples.size()), id + i))
                .toList();
        try (Bus bus = new Bus(addresses.kafka())) {
            bus.send(records);
        }
        return id;
    }

    private long query(String sql) throws SQLException {
        StackAddresses.Postgres postgres = addresses.postgres();
        try (Connection connection = DriverManager.getConnection(
                        postgres.jdbcUrl(postgres.database()), postgres.superuser(), postgres.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static long recorded() {
        List<Integer> counts = given().get("/api/activity/coverage").jsonPath().getList("items.recorded");
        return counts.stream().mapToLong(Integer::longValue).sum();
    }

    private static List<Object> gaps() {
        return given().get("/api/activity/coverage").jsonPath().getList("items.gaps.flatten()");
    }
}
