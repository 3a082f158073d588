package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The entry points of the images, with secrets as files and a Java that prints its arguments. */
class ImageStartTest {
    @TempDir
    private Path folder;

    @Test
    void aSecretIsReadFromItsFileAndIsNotOnTheCommandLine() throws Exception {
        Files.writeString(folder.resolve("database"), "a secret=with signs\n");

        Started started = start("start", "database");

        assertThat(started.exit()).isZero();
        assertThat(started.said()).contains("password: a secret=with signs", "-jar /app/quarkus-run.jar");
        assertThat(started.said().lines().filter(line -> line.contains("a secret")))
                .hasSize(1);
    }

    @Test
    void aSecretThatCannotBeReadStartsNothing() throws Exception {
        Started started = start("start", "missing");

        assertThat(started.exit()).isNotZero();
        assertThat(started.said()).contains("missing").doesNotContain("password:", "quarkus-run");
    }

    @Test
    void theCommandLineReadsSecretsTheSameWayAndGetsItsArguments() throws Exception {
        Files.writeString(folder.resolve("database"), "a secret");

        Started started = start("start-cli", "database", "vault", "list");

        assertThat(started.exit()).isZero();
        assertThat(started.said()).contains("password: a secret", "io.holdfast.cli.Main vault list");
    }

    private Path copied(String name) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                Files.readString(Path.of("../deploy/images", name)).replace("/run/secrets/", folder + "/"));
    }

    private record Started(int exit, String said) {}

    /** The script itself, but for the folder of the secrets: only an engine can mount that one. */
    private Started start(String name, String secret, String... arguments) throws IOException, InterruptedException {
        Path script = copied(name);
        copied("read-secrets");
        Path java = Files.writeString(folder.resolve("java"), """
                #!/bin/sh
                echo "password: $QUARKUS_DATASOURCE_PASSWORD"
                echo "arguments: $*"
                """);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        ProcessBuilder builder = new ProcessBuilder(
                        Stream.concat(Stream.of("bash", script.toString()), Stream.of(arguments))
                                .toList())
                .redirectErrorStream(true);
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        builder.environment()
                .put("QUARKUS_DATASOURCE_PASSWORD_FILE", folder.resolve(secret).toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Started(process.waitFor(), said);
    }
}
