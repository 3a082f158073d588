package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicKeyFileTest {
    @TempDir
    Path folder;

    @Test
    void keysOfTheThreeTypesAreReadFromTheFolderOfTheConfiguration() throws Exception {
        for (KeyPair pair : List.of(pair("Ed25519", 0), pair("RSA", 2048), curve("secp256r1"))) {
            Files.writeString(folder.resolve("billing.pem"), pem("PUBLIC", pair.getPublic()));

            assertThat(configured().access().producers().get("billing"))
                    .satisfies(billing -> assertThat(billing.keys().get("2026-01"))
                            .isEqualTo(new PublicKeyFile(folder.resolve("billing.pem"), pair.getPublic())));
        }
    }

    @Test
    void aPrivateKeyIsRefusedAndNotRepeated() throws Exception {
        KeyPair pair = pair("Ed25519", 0);
        refused(pem("PUBLIC", pair.getPublic()) + pem("PRIVATE", pair.getPrivate()), "the file has a private key");
    }

    @Test
    void weakKeysOtherCurvesAndOtherTextsAreRefusedWithLineAndKey() throws Exception {
        refused(pem("PUBLIC", pair("RSA", 1024).getPublic()), "neither Ed25519, EC P-256 nor RSA of 2048 bits");
        refused(pem("PUBLIC", curve("secp384r1").getPublic()), "neither Ed25519, EC P-256 nor RSA");
        refused(pem("PUBLIC", pair("Ed448", 0).getPublic()), "neither Ed25519");
        refused("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "neither Ed25519");
        refused("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", "the file has no public key in PEM");
        refused("", "the file has no public key in PEM");
    }

    private void refused(String content, String said) throws IOException {
        Files.writeString(folder.resolve("billing.pem"), content);

        assertThatThrownBy(this::configured)
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        refusal -> assertThat(refusal.problems())
                                .singleElement()
                                .satisfies(problem -> {
                                    assertThat(problem.line()).isEqualTo(5);
                                    assertThat(problem.path())
                                            .isEqualTo("holdfast.access.producers.billing.keys.2026-01");
                                    assertThat(problem.message()).contains("billing.pem: ", said);
                                }));
    }

    private HoldfastConfig configured() {
        return HoldfastConfig.parse("""
                holdfast:
                  vault: { bucket: backups, key-file: vault.key }
                  access:
                    producers:
                      billing: { keys: { "2026-01": billing.pem }, roles: [restorer] }
                """, folder.resolve("holdfast.yaml"), Environment.of(Map.of()));
    }

    private static KeyPair pair(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (bits > 0) {
            generator.initialize(bits);
        }
        return generator.generateKeyPair();
    }

    private static KeyPair curve(String name) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(name));
        return generator.generateKeyPair();
    }

    private static String pem(String kind, Key key) {
        return "-----BEGIN " + kind + " KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END " + kind + " KEY-----\n";
    }
}
