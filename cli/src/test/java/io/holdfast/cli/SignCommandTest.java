package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.signature.RequestSignature;
import io.holdfast.access.signature.SignedContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignCommandTest {
    private static final String REQUEST = """
            {"specversion":"1.0","id":"order-4711","source":"/billing","type":"io.holdfast.RestoreRequested.v1",
             "time":"2026-01-15T14:30:00Z","data":{"source":"portal"}}
            """;

    @TempDir
    Path folder;

    private final KeyPair pair = pair();
    private Path request = Path.of("");
    private Path key = Path.of("");

    @BeforeEach
    void write() throws IOException {
        request = Files.writeString(folder.resolve("request.json"), REQUEST);
        key = Files.writeString(folder.resolve("billing.pem"), pem("PRIVATE KEY", pair.getPrivate()));
    }

    @Test
    void whatItPrintsIsTheSignatureOfTheFile() throws Exception {
        Shell.Result result = sign("--key-id", "billing/2026-01");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).hasLineCount(1);
        SignedContent content = SignedContent.of(
                "order-4711",
                "/billing",
                "io.holdfast.RestoreRequested.v1",
                "2026-01-15T14:30:00Z",
                REQUEST.getBytes(StandardCharsets.UTF_8));
        assertThat(RequestSignature.verify(
                        result.out().strip().getBytes(StandardCharsets.UTF_8),
                        content,
                        id -> Optional.of(pair.getPublic())))
                .isEqualTo("billing/2026-01");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"time\":\"2026-01-15T14:30:00Z\" | \"subject\":\"x\"        | the event has no attribute time",
                "2026-01-15T14:30:00Z              | today                    | attribute time is not an RFC 3339 instant",
                "\"id\":\"order-4711\"             | \"id\":4711              | the event has no attribute id",
                "{\"specversion\"                  | \"specversion\"          | the event has no attribute id",
                "\"data\"                          | data                     | this is not JSON",
            })
    void aRequestThatCannotBeSignedIsNamed(String from, String to, String said) throws IOException {
        Files.writeString(request, REQUEST.replace(from, to));

        assertFailed(sign("--key-id", "billing/2026-01"), 1, "request.json: " + said);
    }

    @Test
    void aKeyThatCannotSignIsNamedAndNotRepeated() throws IOException {
        Files.writeString(key, pem("PUBLIC KEY", pair.getPublic()));
        assertFailed(sign("--key-id", "billing/2026-01"), 1, "billing.pem: there is no private key in PEM");

        Files.writeString(key, pem("ENCRYPTED PRIVATE KEY", pair.getPrivate()));
        Shell.Result encrypted = sign("--key-id", "billing/2026-01");
        assertFailed(encrypted, 1, "openssl pkcs8 -topk8 -nocrypt");
        assertThat(encrypted.err())
                .doesNotContain(
                        Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));

        Files.delete(key);
        assertFailed(sign("--key-id", "billing/2026-01"), 1, "billing.pem: this file can't be read");
    }

    @Test
    void aKeyIdNamesTheProducer() {
        assertFailed(sign("--key-id", "2026-01"), 2, "PRODUCER/KEY");
    }

    private Shell.Result sign(String... more) {
        String[] args = new String[4 + more.length];
        args[0] = "sign";
        args[1] = request.toString();
        args[2] = "--producer-key";
        args[3] = key.toString();
        System.arraycopy(more, 0, args, 4, more.length);
        return new Shell().run(args);
    }

    private static void assertFailed(Shell.Result result, int exit, String said) {
        assertThat(result.exit()).isEqualTo(exit);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(said).hasLineCount(1);
    }

    private static String pem(String kind, Key key) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END " + kind + "-----\n";
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
