package io.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class S3ObjectStoreTest extends ObjectStoreContract {
    private static final List<Consumer<ObjectStore>> CALLS = List.of(
            s -> s.put("k", bytes("x")),
            s -> s.putIfAbsent("k", bytes("x")),
            s -> s.get("k"),
            s -> s.get("k", 0, 1),
            s -> s.head("k"),
            s -> s.page("k", ""),
            s -> s.folders("k/"));

    private LocalS3 s3;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        s3 = LocalS3.start(folder);
    }

    @AfterAll
    void stop() {
        s3.close();
    }

    @Override
    ObjectStore fresh() {
        return s3.store(UUID.randomUUID().toString());
    }

    @Test
    void aWrongSecretIsDeniedAndNeverLooksEmpty() {
        assertEveryCallFails(s3.settings("vault", "", "not-the-secret"), FailureCode.VAULT_ACCESS_DENIED);
    }

    @Test
    void aRefusalWhoseAnswerGotLostIsStillARefusal() throws Exception {
        try (Answers server =
                        new Answers(request -> request.startsWith("PUT") ? "" : Answers.error(403, "AccessDenied"));
                ObjectStore store = server.store()) {
            assertFails(() -> store.put("k", bytes("x")), FailureCode.VAULT_ACCESS_DENIED, "AccessDenied");
            assertFails(() -> store.putIfAbsent("k", bytes("x")), FailureCode.VAULT_ACCESS_DENIED, "AccessDenied");
        }
    }

    @Test
    void aConnectionThatIsLostForNoReasonIsUnreachable() throws Exception {
        try (Answers server = new Answers(request -> "");
                ObjectStore store = server.store()) {
            assertFails(() -> store.put("k", bytes("x")), FailureCode.VAULT_UNREACHABLE, "no answer");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "507, InsufficientStorage",
        "507, SomethingNew",
        "507, XMinioStorageFull",
        "400, XMinioAdminBucketQuotaExceeded",
        "403, QuotaExceeded"
    })
    void aServerThatSaysItIsFullIsAFullVault(int status, String code) throws Exception {
        try (Answers server = new Answers(request -> Answers.error(status, code));
                ObjectStore store = server.store()) {
            assertFails(() -> store.put("k", bytes("x")), FailureCode.VAULT_FULL, code);
        }
    }

    /** As Amazon's may answer where much was deleted: taken for the end, it would make all that follows look deleted. */
    @Test
    void aPageWithoutObjectsIsNotTheEndOfAListing() throws Exception {
        String nothing = "<ListBucketResult><IsTruncated>true</IsTruncated>"
                + "<NextContinuationToken>further</NextContinuationToken></ListBucketResult>";
        String rest = "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>sources/k</Key><Size>1</Size>"
                + "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents></ListBucketResult>";
        try (Answers server = new Answers(request -> Answers.ok(
                        request.lines().findFirst().orElse("").contains("continuation-token=further")
                                ? rest
                                : nothing));
                ObjectStore store = server.store()) {
            assertThat(store.list("sources/")).extracting(StoredObject::key).containsExactly("sources/k");
        }
    }

    /** S3Proxy refuses a request that says in both ways where to go on. */
    @Test
    void aListingGoesOnInOneWayAtATime() throws Exception {
        String nothing = "<ListBucketResult><IsTruncated>true</IsTruncated>"
                + "<NextContinuationToken>further</NextContinuationToken></ListBucketResult>";
        String end = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
        try (Answers server = new Answers(request -> {
                    String line = request.lines().findFirst().orElse("");
                    if (!line.contains("continuation-token=")) {
                        return Answers.ok(nothing);
                    }
                    return line.contains("start-after=") ? Answers.error(400, "InvalidArgument") : Answers.ok(end);
                });
                ObjectStore store = server.store()) {
            assertThat(store.page("sources/", "sources/k").objects()).isEmpty();
        }
    }

    /** A proxy's page with status 200 is neither an empty listing nor a written object, nor a damaged one. */
    @ParameterizedTest
    @ValueSource(strings = {"", "<html>sign in first</html>", "<ListBucketResult></ListBucketResult>"})
    void whatNoS3ServerAnswersIsNoAnswer(String page) throws Exception {
        try (Answers server = new Answers(request -> Answers.ok(page));
                ObjectStore store = server.store()) {
            for (Consumer<ObjectStore> call : List.<Consumer<ObjectStore>>of(
                    s -> s.page("k", ""),
                    s -> s.folders("k/"),
                    s -> s.get("k"),
                    s -> s.get("k", 0, 10),
                    s -> s.head("k"),
                    s -> s.put("k", bytes("x")),
                    s -> s.putIfAbsent("k", bytes("x")))) {
                assertFails(() -> call.accept(store), FailureCode.VAULT_UNREACHABLE, "no S3 server's");
            }
        }
    }

    /** As a proxy answers whose server is away for a moment. */
    @Test
    void aPageThatIsNotFoundIsNoMissingObject() throws Exception {
        String page = "<html>404 page not found</html>";
        try (Answers server = new Answers(request -> Answers.ok(page).replace("200 OK", "404 Not Found"));
                ObjectStore store = server.store()) {
            assertFails(() -> store.get("k"), FailureCode.VAULT_UNREACHABLE, "no S3 server's");
            assertFails(() -> store.delete("k"), FailureCode.VAULT_UNREACHABLE, "no S3 server's");
            assertFails(() -> store.page("k", ""), FailureCode.VAULT_UNREACHABLE, "no S3 server's");
            assertFails(() -> store.head("k"), FailureCode.VAULT_UNREACHABLE, "no S3 server's");
        }
        try (Answers server = new Answers(request -> request.startsWith("HEAD /vault/k ")
                        ? "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n"
                        : Answers.ok("x"));
                ObjectStore store = server.store()) {
            assertFails(() -> store.head("k"), FailureCode.VAULT_UNREACHABLE, "no S3 server's");
        }
        try (Answers server = new Answers(request -> Answers.error(404, "NoSuchKey"));
                ObjectStore store = server.store()) {
            assertThat(store.get("k")).isEmpty();
        }
    }

    @Test
    void aListingThatIsCutOffWithoutAWayOnIsNoListing() throws Exception {
        String cut = "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>";
        try (Answers server = new Answers(request -> Answers.ok(cut));
                ObjectStore store = server.store()) {
            assertFails(() -> store.page("sources/", ""), FailureCode.VAULT_UNREACHABLE, "cut off");
            assertFails(() -> store.folders("sources/"), FailureCode.VAULT_UNREACHABLE, "cut off");
        }
    }

    @Test
    void aMissingBucketIsAMissingVault() {
        assertEveryCallFails(s3.settings("no-such-bucket", "", "local-secret"), FailureCode.VAULT_MISSING);
    }

    @Test
    void aRefusedConnectionIsUnreachable() throws Exception {
        assertEveryCallFails(
                LocalS3.settings(closedPort(), "vault", "", "local-secret"), FailureCode.VAULT_UNREACHABLE);
    }

    /** Every time: a request that waits for its time-out instead says that, and not that it was refused. */
    @Test
    void noRequestWaitsForAConnectionThatWasRefused() throws Exception {
        try (ObjectStore store = S3ObjectStore.single(LocalS3.settings(closedPort(), "vault", "", "local-secret"))) {
            for (int i = 0; i < 60; i++) {
                assertFails(() -> store.get("k"), FailureCode.VAULT_UNREACHABLE, "refused");
            }
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void settingsDoNotShowTheSecret() {
        assertThat(s3.settings("vault", "", "hidden-secret").toString()).doesNotContain("hidden-secret");
    }

    @Test
    void anInterruptedCallIsCancelledAndKeepsTheFlag() {
        try (ObjectStore store = fresh()) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> store.get("k"))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, f -> assertThat(f.code()).isEqualTo(FailureCode.CANCELLED));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static void assertFails(ThrowingCallable call, FailureCode code, String said) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, f -> assertThat(f.code()).isEqualTo(code))
                .hasMessageContaining(said);
    }

    private static void assertEveryCallFails(S3Settings settings, FailureCode code) {
        // after a refusal S3Proxy closes the connection and does not say so: the next request may go into the void
        RetryPolicy quick = new RetryPolicy(4, Duration.ofMillis(1), Duration.ofMillis(5));
        try (ObjectStore store = new RetryingObjectStore(S3ObjectStore.single(settings), quick)) {
            for (Consumer<ObjectStore> call : CALLS) {
                assertThatThrownBy(() -> call.accept(store))
                        .as("call %d", CALLS.indexOf(call))
                        .isInstanceOfSatisfying(
                                HoldfastException.class,
                                f -> assertThat(f.code()).isEqualTo(code))
                        .hasMessageContaining(settings.bucket())
                        .message()
                        .doesNotContain("secret=");
            }
        }
    }
}
