package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.support.ProcessTempDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PasswordTest {
    private static final AtomicReference<PasswordServer> SERVER = new AtomicReference<>();

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        SERVER.set(PasswordServer.start());
    }

    @AfterAll
    static void stop() {
        server().close();
    }

    private static PasswordServer server() {
        return Objects.requireNonNull(SERVER.get());
    }

    @Test
    void theDumpToolGetsThePasswordButNotInItsArgumentsOrEnvironment() throws IOException {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        AtomicBoolean opened = new AtomicBoolean();
        CompletableFuture<Void> watching = CompletableFuture.runAsync(() -> {
            while (!opened.get()) {
                ProcessHandle.current().descendants().forEach(child -> seen.add(secrets(child.pid())));
            }
        });
        ByteArrayOutputStream dump = new ByteArrayOutputStream();
        try (Snapshot snapshot = Databases.ENGINE.open(
                server().address("boss"), PasswordSupplier.from(() -> PasswordServer.SECRET), Databases.OPTIONS)) {
            snapshot.dumpSchema(dump);
        } finally {
            opened.set(true);
            watching.join();
        }

        assertThat(seen).anyMatch(text -> text.contains("pg_dump") && text.contains("PGPASSFILE"));
        assertThat(dump.size()).isPositive();
        assertThat(seen).noneMatch(text -> text.contains(PasswordServer.SECRET));
        assertThat(passwordFiles()).isEmpty();
    }

    @Test
    void aWrongOrMissingPasswordIsSaidSoWithoutRepeatingIt() {
        for (PasswordSupplier wrong : List.of(PasswordSupplier.from(() -> "geheim"), PasswordSupplier.none())) {
            assertThatThrownBy(() -> Databases.ENGINE.open(server().address("boss"), wrong, Databases.OPTIONS))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_AUTHENTICATION_FAILED))
                    .hasMessageContaining("\"boss\"")
                    .message()
                    .doesNotContain("geheim");
        }
    }

    @Test
    void aServerWithoutTlsIsNotUsedWhereTlsIsRequired() {
        var address =
                DatabaseAddress.parse(server().address("boss").toString().replace("sslmode=prefer", "sslmode=require"));

        assertThatThrownBy(() -> Databases.ENGINE.open(
                        address, PasswordSupplier.from(() -> PasswordServer.SECRET), Databases.OPTIONS))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNREACHABLE))
                .hasMessageContaining("SSL");
    }

    private static String secrets(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"))
                    + Files.readString(Path.of("/proc/" + pid + "/environ"));
        } catch (IOException e) {
            return "";
        }
    }

    /** With this server's password: other processes of ours may dump other databases. */
    private static List<Path> passwordFiles() throws IOException {
        try (Stream<Path> files = Files.list(ProcessTempDirectory.folder())) {
            return files.filter(path -> String.valueOf(path.getFileName()).startsWith("pass-"))
                    .filter(PasswordTest::isOfThisServer)
                    .toList();
        }
    }

    private static boolean isOfThisServer(Path file) {
        try {
            return Files.readString(file).contains("wört"); // the file has its other characters escaped
        } catch (IOException e) {
            return false; // gone meanwhile
        }
    }
}
