package io.holdfast.eventing.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.holdfast.contracts.BackupId;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.Bus;
import io.holdfast.eventing.DemoService;
import io.holdfast.eventing.Tables;
import io.holdfast.eventing.inbox.InboxTableTest;
import io.holdfast.eventing.runtime.EventingConfig;
import io.holdfast.eventing.runtime.KafkaProducerFactory;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DevStackResource.class)
class OutboxTest {
    private static final String EVENTS = "holdfast.backup.events.v1";

    @Inject
    Bus bus;

    @Inject
    Tables tables;

    @Inject
    Outbox outbox;

    @Inject
    TransactionRunner transactionRunner;

    @Inject
    OutboxRelay outboxRelay;

    @Inject
    DataSource database;

    @Inject
    KafkaProducerFactory producers;

    @Inject
    EventingConfig config;

    @Test
    void whatWeSendIsReadByTheCloudEventsSdk() {
        BackupId id = publish("portal");

        CloudEvent event = KafkaMessageFactory.createReader(awaitEvent(id)).toEvent();

        assertThat(event.getId()).isEqualTo(id + ":1");
        assertThat(event.getSource()).hasToString("/holdfast/demo-service");
        assertThat(event.getType()).isEqualTo("io.holdfast.BackupStarted.v1");
        assertThat(event.getSubject()).isEqualTo(id.toString());
        assertThat(event.getExtension("sequence")).isEqualTo("1");
        assertThat(event.getExtension("correlationid")).isEqualTo("why");
        assertThat(event.getDataContentType()).isEqualTo("application/json");
        assertThat(new String(Objects.requireNonNull(event.getData()).toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"backupId\":\"" + id
                        + "\",\"source\":{\"id\":\"01890000-0000-7000-8000-000000000001\",\"name\":\"portal\"},"
                        + "\"kind\":\"MANUAL\",\"labels\":[],\"startedAt\":\"2026-01-15T14:30:00Z\"}");
    }

    @Test
    void nothingLeavesATransactionThatRollsBack() {
        BackupId lost = new BackupId(UUID.randomUUID());
        Uni<Void> failing =
                transactionRunner.run(session -> outbox.publish(session, DemoService.started(lost, "portal", "why"))
                        .chain(() -> Uni.createFrom().failure(new IllegalStateException("rolled back"))));

        assertThatThrownBy(() -> InboxTableTest.get(failing)).hasMessage("rolled back");

        awaitEvent(publish("portal"));
        assertThat(bus.all(EVENTS, Bus.with("ce_id", lost + ":1"))).isEmpty();
    }

    @Test
    void overJdbcItIsTheSame() throws SQLException {
        BackupId id = new BackupId(UUID.randomUUID());

        try (Connection connection = tables.connect()) {
            connection.setAutoCommit(false);
            outbox.publish(connection, DemoService.started(id, "portal", "why"));
            connection.commit();
            connection.setAutoCommit(true);
        }

        assertThat(awaitEvent(id).key()).asString().isEqualTo("portal");
    }

    @Test
    void aRelayThatDiesBetweenAckAndDeleteSendsTheSameEventAgain() {
        tables.run("create function no_delete() returns trigger language plpgsql as $$"
                + " begin raise exception 'the relay dies here'; end $$");
        tables.run("create trigger no_delete before delete on outbox for each statement execute function no_delete()");
        BackupId id;
        try {
            id = publish("portal");
            bus.awaitMany(EVENTS, 2, Bus.with("ce_id", id + ":1"));
            assertThat(tables.count("outbox where headers like ?", "%" + id + "%"))
                    .isEqualTo(1);
        } finally {
            tables.run("drop function no_delete cascade");
        }

        await().atMost(Bus.PATIENCE).until(() -> tables.count("outbox where headers like ?", "%" + id + "%") == 0);
    }

    @Test
    void eventsOfOneKeyStayInOrderAndEachIsSentOnce() {
        String source = InboxTableTest.unique("ordered");
        List<BackupId> ids = Stream.generate(() -> publish(source)).limit(100).toList();

        List<ConsumerRecord<byte[], byte[]>> sent = bus.awaitMany(EVENTS, 100, m -> source.equals(key(m)));

        assertThat(sent.stream().map(m -> Bus.header(m, "ce_subject").orElseThrow()))
                .containsExactlyElementsOf(ids.stream().map(BackupId::toString).toList());
    }

    @Test
    void ofTwoRelaysOneIsActiveAndTheOtherTakesOver() throws InterruptedException {
        awaitState(outboxRelay, OutboxRelay.State.ACTIVE);
        OutboxRelay second = new OutboxRelay(database, producers, config);
        second.start(new StartupEvent());
        try {
            awaitState(second, OutboxRelay.State.STANDBY);
            assertThat(outboxRelay.state()).isEqualTo(OutboxRelay.State.ACTIVE);

            await().atMost(Bus.PATIENCE).until(() -> {
                tables.run("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'");
                return await().atMost(Duration.ofSeconds(60))
                                        .until(
                                                () -> Stream.of(outboxRelay, second)
                                                        .filter(r -> r.state() == OutboxRelay.State.ACTIVE)
                                                        .count(),
                                                count -> count == 1)
                                == 1
                        && second.state() == OutboxRelay.State.ACTIVE;
            });
            BackupId id = publish("portal");
            awaitEvent(id);
        } finally {
            second.stop(new ShutdownEvent());
        }
        awaitState(outboxRelay, OutboxRelay.State.ACTIVE);
    }

    @Test
    void aBrokerThatIsAwayLosesNothing() throws IOException, InterruptedException {
        ProcessHandle stack = ProcessHandle.current()
                .descendants()
                .filter(OutboxTest::isStack)
                .findFirst()
                .orElseThrow();
        signal("STOP", stack);
        BackupId id;
        try {
            id = publish("portal");
            await().during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> tables.count("outbox where headers like ?", "%" + id + "%") == 1);
        } finally {
            signal("CONT", stack);
        }

        awaitEvent(id);
        await().atMost(Bus.PATIENCE).until(() -> tables.count("outbox") == 0);
    }

    private BackupId publish(String source) {
        BackupId id = new BackupId(UUID.randomUUID());
        InboxTableTest.get(
                transactionRunner.run(session -> outbox.publish(session, DemoService.started(id, source, "why"))));
        return id;
    }

    private ConsumerRecord<byte[], byte[]> awaitEvent(BackupId id) {
        return bus.awaitOne(EVENTS, Bus.with("ce_id", id + ":1"));
    }

    private static String key(ConsumerRecord<byte[], byte[]> message) {
        return message.key() == null ? "" : new String(message.key(), StandardCharsets.UTF_8);
    }

    private static void awaitState(OutboxRelay outboxRelay, OutboxRelay.State state) {
        await().atMost(Bus.PATIENCE).until(() -> outboxRelay.state() == state);
    }

    private static boolean isStack(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .contains("\0io.holdfast.devstack.DevStackMain\0");
        } catch (IOException e) {
            return false;
        }
    }

    private static void signal(String signal, ProcessHandle process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }
}
