package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What remains of a stack after kill -9: no process, and all of its data. */
@Tag("slow")
class KilledStackTest {
    private static final Duration SOON = Duration.ofSeconds(90);

    @Test
    void aKilledParentLeavesNoProcess() throws Exception {
        Process parent = new ProcessBuilder(SystemPrograms.java(), "-cp", classes(), StackHolder.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<ProcessHandle> all = new ArrayList<>();
        try (BufferedReader out = parent.inputReader()) {
            ProcessHandle stack =
                    ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
            all.add(stack);
            all.addAll(stack.descendants().toList());
        } finally {
            parent.destroyForcibly();
        }

        assertThat(all).as("the stack's JVM, PostgreSQL and its workers").hasSizeGreaterThan(5);
        await().atMost(SOON).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void aKilledStackStartsAgainOnItsDataAndItsPorts(@TempDir Path data) throws Exception {
        StackAddresses before;
        try (DevStack stack = DevStack.start(StackOptions.in(opened(data)))) {
            before = stack.addresses();
            List<ProcessHandle> all = stack.process().descendants().toList();
            execute(before, "create table kept as select 7 as number");
            send(before, "kept");
            stack.process().destroyForcibly();
            await().atMost(SOON).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
            await().atMost(SOON)
                    .until(() -> Files.readString(data.resolve(DevStack.LOG)).contains("exit code 137"));
        }

        try (DevStack again = DevStack.start(StackOptions.in(opened(data)))) {
            assertThat(again.addresses()).isEqualTo(before);
            assertThat(number(before, "select number from kept")).isEqualTo(7);
            assertThat(received(before)).isEqualTo("kept");
        }
    }

    @Test
    void aServerThatWasLeftBehindIsReplaced(@TempDir Path data) throws Exception {
        StackOptions options = StackOptions.in(opened(data)).only(StackComponent.POSTGRES);
        DevStack.start(options).close();
        Path cluster = data.resolve("postgres/cluster").toRealPath();
        Process leftover = new ProcessBuilder(UnprivilegedUser.detect()
                        .once(List.of(
                                PostgresBinaries.find().resolve("postgres").toString(),
                                "-D",
                                cluster.toString(),
                                "-p",
                                Integer.toString(Ports.free()),
                                "-c",
                                "unix_socket_directories=")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(SOON).until(() -> Files.exists(cluster.resolve("postmaster.pid")));

        try (DevStack again = DevStack.start(options)) {
            assertThat(leftover.isAlive()).isFalse();
            assertThat(number(again.addresses(), "select 1")).isEqualTo(1);
        }
    }

    @Test
    void dataBelowAClosedFolderIsServedToo(@TempDir Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        StackOptions options = StackOptions.in(folder.resolve("data")).only(StackComponent.POSTGRES);
        try (DevStack stack = DevStack.start(options)) {
            execute(stack.addresses(), "create table kept as select 7 as number");
        }

        try (DevStack again = DevStack.start(options)) {
            assertThat(number(again.addresses(), "select number from kept")).isEqualTo(7);
        } finally {
            deleteElsewhere(folder.resolve("data/postgres"));
        }
    }

    @Test
    void aSecondStackOnTheSameDataIsRefused(@TempDir Path data) throws Exception {
        StackOptions options = StackOptions.in(opened(data)).only(StackComponent.CATCHER);
        try (DevStack first = DevStack.start(options)) {
            assertThatThrownBy(() -> DevStack.start(options)).hasMessageContaining("another stack runs on " + data);
            assertThat(first.process().isAlive()).isTrue();
        }
    }

    @Test
    void aKilledPostgresIsStartedAgainOnItsPort(@TempDir Path data) throws Exception {
        try (DevStack stack = DevStack.start(StackOptions.in(opened(data)).only(StackComponent.POSTGRES))) {
            ProcessHandle postmaster = stack.process().children().findFirst().orElseThrow();

            SystemPrograms.signal(postmaster.pid(), "KILL");

            await().atMost(SOON)
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() -> !postmaster.isAlive() && number(stack.addresses(), "select 1") == 1);
        }
    }

    /** As folders usually are, unlike JUnit's: for PostgreSQL as another user to enter. */
    private static Path opened(Path folder) throws IOException {
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }

    private static String classes() {
        return Path.of("target/classes").toAbsolutePath()
                + File.pathSeparator
                + Path.of("target/test-classes").toAbsolutePath();
    }

    private static void deleteElsewhere(Path link) throws IOException {
        if (Files.isSymbolicLink(link)) {
            DevStackMain.delete(link.toRealPath());
        }
    }

    private static void execute(StackAddresses addresses, String sql) throws SQLException {
        try (Connection connection = connect(addresses)) {
            connection.createStatement().execute(sql);
        }
    }

    private static long number(StackAddresses addresses, String sql) throws SQLException {
        try (Connection connection = connect(addresses);
                ResultSet result = connection.createStatement().executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    private static Connection connect(StackAddresses addresses) throws SQLException {
        StackAddresses.Postgres postgres = addresses.postgres();
        return DriverManager.getConnection(
                postgres.jdbcUrl(postgres.database()), postgres.superuser(), postgres.password());
    }

    private static void send(StackAddresses addresses, String text) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", addresses.kafka());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("holdfast.alerts.v1", text)).get(60, TimeUnit.SECONDS);
        }
    }

    private static String received(StackAddresses addresses) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", addresses.kafka(), "group.id", "g", "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("holdfast.alerts.v1"));
            return consumer.poll(Duration.ofSeconds(60)).iterator().next().value();
        }
    }
}
