package io.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An S3 server that refuses requests, as some servers and proxies do: seen through the SDK's own client. */
class S3RefusalTest {
    private volatile String refusal = "";
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            boolean checksum = exchange.getRequestHeaders().keySet().stream()
                    .anyMatch(name -> name.toLowerCase(Locale.ROOT).contains("checksum"));
            String code = checksum && refusal.isEmpty() ? "InvalidArgument" : refusal;
            if (code.isEmpty()) {
                exchange.getResponseHeaders().add("ETag", "\"e\"");
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            byte[] body = ("<Error><Code>" + code + "</Code><Message>by a test</Message></Error>")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/xml");
            exchange.sendResponseHeaders(
                    code.equals("ExpiredToken") || checksum && refusal.isEmpty() ? 400 : 403, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private S3Settings settings() {
        return new S3Settings(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                "us-east-1",
                true,
                "vault",
                "",
                "local",
                "local-secret");
    }

    @Test
    void aServerThatRefusesChecksumHeadersIsUsableWithWhenRequired() {
        try (ObjectStore today = S3ObjectStore.single(settings());
                ObjectStore lean = S3ObjectStore.single(settings().checksumsWhenRequired(true))) {
            assertThatThrownBy(() -> today.put("k", new byte[] {1}))
                    .hasMessageContaining("holdfast.vault.checksums: when-required");

            lean.put("k", new byte[] {1});
            assertThat(lean.putIfAbsent("l", new byte[] {1})).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ExpiredToken, renew the credentials",
        "RequestTimeTooSkewed, synchronise the clock",
        "InvalidAccessKeyId, holdfast.vault.access-key"
    })
    void refusedCredentialsHaveARemedyOfTheirOwn(String code, String remedy) {
        refusal = code;

        try (ObjectStore store = S3ObjectStore.single(settings())) {
            assertThatThrownBy(() -> store.get("k"))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            e -> assertThat(e.code()).isEqualTo(FailureCode.VAULT_ACCESS_DENIED))
                    .hasMessageContaining(code)
                    .hasMessageContaining(remedy);
        }
    }
}
