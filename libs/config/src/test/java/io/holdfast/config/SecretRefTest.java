package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretRefTest {
    private static final Environment ENVIRONMENT = Environment.of(Map.of("SHOP_PASSWORD", "hunter2", "EMPTY", ""));

    @Test
    void aSecretShowsItselfOnlyToWhoAsks() {
        SecretRef ref = SecretRef.env("SHOP_PASSWORD", ENVIRONMENT);
        Secret secret = ref.resolve();

        assertThat(secret).hasToString("***").isNotEqualTo(ref.resolve());
        assertThat(secret.reveal()).isEqualTo("hunter2");
        assertThat(secret.matches("hunter2")).isTrue();
        assertThat(secret.matches("hunter")).isFalse();
        assertThat(ref)
                .hasToString("{ env: SHOP_PASSWORD }")
                .isEqualTo(SecretRef.env("SHOP_PASSWORD", Environment.of(Map.of())));
    }

    @ParameterizedTest
    @CsvSource({"MISSING,this environment variable is not set", "EMPTY,it is empty"})
    void aVariableWithoutAValueIsNamed(String variable, String why) {
        SecretRef ref = SecretRef.env(variable, ENVIRONMENT);

        assertThatThrownBy(ref::resolve)
                .isInstanceOfSatisfying(
                        SecretUnavailableException.class,
                        e -> assertThat(e.ref()).isEqualTo(ref))
                .hasMessage("secret { env: " + variable + " }: " + why);
    }

    @Test
    void oneNewlineAtTheEndOfAFileIsNotPartOfTheSecretAndARotatedOneIsSeen(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), " a b \n\n");
        SecretRef ref = SecretRef.file(file);

        assertThat(ref.resolve().reveal()).isEqualTo(" a b \n");

        Files.writeString(file, "new\r\n");
        assertThat(ref.resolve().reveal()).isEqualTo("new");
    }

    @Test
    void aFileThatIsNotThereIsEmptyOrNoFileIsNamed(@TempDir Path folder) throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Path large = Files.write(folder.resolve("large"), new byte[100_000]);

        assertThatThrownBy(SecretRef.file(folder.resolve("gone"))::resolve)
                .hasMessage("secret { file: " + folder.resolve("gone") + " }: there is no such file");
        assertThatThrownBy(SecretRef.file(empty)::resolve).hasMessageEndingWith("it is empty");
        assertThatThrownBy(SecretRef.file(large)::resolve).hasMessageContaining("larger than 64 KiB");
        assertThatThrownBy(SecretRef.file(folder)::resolve)
                .isInstanceOf(SecretUnavailableException.class)
                .hasMessageContaining("can't be read");
    }

    @ParameterizedTest
    @CsvSource({"rw-r-----,its group", "rw-r--r--,everybody", "rw-------,", "r--------,"})
    void aFileThatOthersMayReadIsWarnedOf(
            String mode, @org.jspecify.annotations.Nullable String who, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "hunter2");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        Optional<String> warning = SecretRef.file(file).exposure();

        if (who == null) {
            assertThat(warning).isEmpty();
        } else {
            assertThat(warning)
                    .hasValueSatisfying(text -> assertThat(text)
                            .contains(who + " may read this file; chmod 600 " + file)
                            .doesNotContain("hunter2"));
        }
    }

    @Test
    void aProviderIsAskedByItsName() {
        Environment vault = new Environment() {
            @Override
            public Optional<String> variable(String name) {
                return Optional.empty();
            }

            @Override
            public Optional<String> provided(String provider) {
                return provider.equals("kms") ? Optional.of("hunter2") : Optional.empty();
            }
        };

        assertThat(SecretRef.provider("kms", vault).resolve().reveal()).isEqualTo("hunter2");
        assertThatThrownBy(SecretRef.provider("other", vault)::resolve)
                .hasMessage("secret { provider: other }: no secret provider has this name");
    }
}
