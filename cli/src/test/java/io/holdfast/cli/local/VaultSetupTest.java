package io.holdfast.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.VaultConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackComponent;
import io.holdfast.devstack.StackOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real S3 server, with the configuration that {@code up} and {@code demo} write. */
class VaultSetupTest {
    private static DevStack stack;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        stack = DevStack.start(StackOptions.temporary().only(StackComponent.S3, StackComponent.CATCHER));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void makingAVaultTwiceChangesNothing() throws IOException {
        VaultConfig config = config("twice");

        VaultSetup.Made first = VaultSetup.init(config);
        VaultSetup.Made second = VaultSetup.init(config);

        assertThat(first.newKey()).isTrue();
        assertThat(second.newKey()).isFalse();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(Files.getPosixFilePermissions(folder.resolve("vault.key"))).hasSize(2);
    }

    @Test
    void noNewKeyIsMadeForAVaultThatHasOne() throws IOException {
        VaultConfig config = config("lost");
        VaultSetup.init(config);
        Files.delete(folder.resolve("vault.key"));

        assertThatThrownBy(() -> VaultSetup.init(config))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.VAULT_NOT_EMPTY));
        assertThat(folder.resolve("vault.key")).doesNotExist();
    }

    private VaultConfig config(String prefix) throws IOException {
        StackAddresses addresses = stack.addresses();
        Path file = new GeneratedConfig(folder, addresses).write(new SampleDatabase(addresses.postgres()), null);
        assertThat(Files.getPosixFilePermissions(folder.resolve("secrets/s3-secret-key")))
                .hasSize(2);
        String yaml = Files.readString(file)
                .replace("    bucket: ", "    prefix: " + prefix + "\n    bucket: ")
                .replace("@:0/", "@127.0.0.1:1/"); // no PostgreSQL runs here
        return HoldfastConfig.parse(yaml, file, Environment.of(Map.of())).vault();
    }
}
