package io.holdfast.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.cli.rest.CommandException;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackComponent;
import io.holdfast.devstack.StackOptions;
import io.holdfast.engine.connect.DatabaseAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL's tools against a real server where source and target have different passwords. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class PostgresToolTasksTest {
    private static DevStack stack;
    private static StackAddresses.Postgres server;
    private static DatabaseAddress source;
    private static DatabaseAddress target;

    @TempDir
    Path folder;

    @BeforeAll
    static void createDatabases() throws Exception {
        stack = DevStack.start(StackOptions.temporary().only(StackComponent.POSTGRES));
        server = stack.addresses().postgres();
        DatabaseAddress admin = DatabaseAddress.parse(server.uri(server.superuser(), server.database()));
        source = admin.withDatabase("measured").withUser("reader");
        target = admin.withDatabase("copy");
        BenchDatabase databases = new BenchDatabase(admin, server.password());
        databases.create("measured");
        databases.create("copy");
        try (Connection connection = databases.connect("measured");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE reader LOGIN PASSWORD 'of the reader' IN ROLE pg_read_all_data");
            statement.execute("CREATE TABLE reading AS SELECT i AS id FROM generate_series(1, 1000) i");
        }
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void theSourceAndTheTargetGetTheirOwnPasswords() throws Exception {
        PostgresToolTasks tasks = tasks("of the reader", server.password());

        tasks.rawRead(List.of(new BenchDatabase.Relation("public.reading", 5)));
        tasks.dumpDirectory();
        tasks.restore(target);

        try (Connection connection = new BenchDatabase(target, server.password()).connect("copy");
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM reading")) {
            assertThat(count.next()).isTrue();
            assertThat(count.getLong(1)).isEqualTo(1000);
        }
    }

    @Test
    void aMissingPasswordIsAFailureAndNoPrompt() {
        PostgresToolTasks tasks = tasks("", server.password());

        assertThatThrownBy(tasks::dumpCustom)
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("pg_dump failed with exit code 1")
                .hasMessageContaining("no password supplied");
    }

    @Test
    void aProgramThatReadsItsStandardInputReachesTheEndAtOnce() throws Exception {
        ProcessRunner programs = new ProcessRunner(Map.of(), folder);

        programs.run(List.of("cat"));
        programs.pipe(List.of(List.of("cat"), List.of("cat")), folder.resolve("piped"));

        assertThat(folder.resolve("piped")).isEmptyFile();
    }

    private PostgresToolTasks tasks(String sourcePassword, String targetPassword) {
        return new PostgresToolTasks(
                new ProcessRunner(Map.of("PGPASSWORD", sourcePassword), folder),
                new ProcessRunner(Map.of("PGPASSWORD", targetPassword), folder),
                source,
                folder,
                1);
    }
}
