package io.holdfast.eventing.tls;

import io.holdfast.devstack.SelfSignedCertificate;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A holdfast.yaml with a certificate of its own. */
public final class TlsFiles implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("holdfast-tls");
            SelfSignedCertificate certificate = SelfSignedCertificate.create(folder);
            Path file = Files.writeString(folder.resolve("holdfast.yaml"), """
                    holdfast:
                      vault: { bucket: backups, key-file: vault.key }
                      sources: {}
                      tls: { cert: cert.pem, key: key.pem, ca: cert.pem }
                    """);
            return Map.of(
                    "holdfast.config",
                    file.toString(),
                    "holdfast.test.ca",
                    certificate.cert().toString(),
                    "quarkus.http.test-ssl-port",
                    "0");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void stop() {
        // the files are in the temporary folder
    }
}
