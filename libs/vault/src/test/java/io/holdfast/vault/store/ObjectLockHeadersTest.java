package io.holdfast.vault.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.store.S3Settings.Lock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Object lock: the headers, before a server that has it; the refusal, of a real one that has not. */
final class ObjectLockHeadersTest {
    private static final Lock MONTH = new Lock(true, Duration.ofDays(30));

    private final Map<String, Map<String, String>> puts = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void aLockedObjectSaysHowLongAndAnotherSaysNothing() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        S3Settings settings = LocalS3.settings(server.getAddress().getPort(), "vault", "", "secret");
        try (ObjectStore store = S3ObjectStore.single(settings.locking(MONTH))) {
            store.putLocked("chunk", new byte[10]);
            store.putLocked("manifest", new byte[10]);
            store.putIfAbsent("journal", new byte[10]);
        } finally {
            server.stop(0);
        }

        for (String locked : new String[] {"chunk", "manifest"}) {
            Map<String, String> headers = Objects.requireNonNull(puts.get("/vault/" + locked));
            assertThat(headers)
                    .containsEntry("x-amz-object-lock-mode", "COMPLIANCE")
                    .containsEntry("if-none-match", "*");
            assertThat(Instant.parse(headers.get("x-amz-object-lock-retain-until-date")))
                    .isBetween(
                            Instant.now().plus(Duration.ofDays(29)),
                            Instant.now().plus(Duration.ofDays(31)));
            // S3 refuses a locked PUT without a checksum
            assertThat(headers).containsEntry("x-amz-checksum-crc32", "44podg==");
        }
        assertThat(puts.get("/vault/journal")).isNotEmpty().doesNotContainKey("x-amz-object-lock-mode");
        assertThat(asked).hasValue(1);
    }

    @Test
    void aBucketWithoutObjectLockRefusesInsteadOfPassingItOver(@TempDir Path folder) throws Exception {
        try (LocalS3 s3 = LocalS3.start(folder);
                ObjectStore store = S3ObjectStore.open(
                        s3.settings("vault", "", "local-secret").locking(MONTH))) {
            assertThatThrownBy(() -> store.putLocked("chunk", new byte[10]))
                    .isInstanceOfSatisfying(HoldfastException.class, failure -> {
                        assertThat(failure.code()).isEqualTo(FailureCode.CONFIG_INVALID);
                        assertThat(failure.getMessage()).contains("no object lock", "holdfast.vault.object-lock");
                    });
            assertThat(store.putIfAbsent("journal", new byte[10])).isTrue();
            assertThat(store.head("chunk")).isEmpty();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            if (exchange.getRequestMethod().equals("PUT")) {
                Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
                puts.put(exchange.getRequestURI().getPath(), headers);
                exchange.getResponseHeaders().add("ETag", "\"etag\"");
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            boolean lock = query.contains("object-lock");
            asked.addAndGet(lock ? 1 : 0);
            byte[] body = (lock
                            ? "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"
                            : "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
