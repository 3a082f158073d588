package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.holdfast.devstack.SelfSignedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services over https, whose certificate no JVM trusts by itself. */
class TlsServicesTest {
    @TempDir
    Path folder;

    private final Shell shell = new Shell();
    private HttpsServer server;
    private SelfSignedCertificate certificate;

    @BeforeEach
    void serve() throws IOException, InterruptedException {
        certificate = SelfSignedCertificate.create(folder.resolve("service"));
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
        server.createContext("/", exchange -> {
            byte[] body = "{\"items\":[]}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    @Test
    void aServiceIsAskedIfItsAuthorityIsNamed() {
        Shell.Result result = run(shell.with("HOLDFAST_CA", certificate.cert().toString()));

        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
    }

    @Test
    void theAuthorityOfTheConfigurationIsTrusted() throws IOException {
        Path file = Files.writeString(folder.resolve("holdfast.yaml"), """
                holdfast:
                  vault: { bucket: backups, key-file: vault.key }
                  sources: {}
                  tls: { ca: service/cert.pem }
                """);

        assertThat(run(shell.with("HOLDFAST_CONFIG", file.toString())).exit()).isZero();
    }

    @Test
    void anUnknownAuthorityIsRefusedWithTheNameOfTheSetting() throws Exception {
        Path other = SelfSignedCertificate.create(folder.resolve("other")).cert();

        for (Shell.Result result : List.of(run(shell), run(shell.with("HOLDFAST_CA", other.toString())))) {
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.err()).contains("TLS failed", "HOLDFAST_CA");
        }
    }

    private Shell.Result run(Shell with) {
        return with.run(
                "sources",
                "--server",
                "https://127.0.0.1:" + server.getAddress().getPort() + "/gateway");
    }
}
