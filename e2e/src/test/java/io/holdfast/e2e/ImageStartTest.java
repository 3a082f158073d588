package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a service's container begins: {@code deploy/images/start} with secrets as files, and a Java that says what it got. */
class ImageStartTest {
    @TempDir
    private Path folder;

    @Test
    void aSecretIsReadFromItsFileAndIsNotOnTheCommandLine() throws Exception {
        Files.writeString(folder.resolve("database"), "a secret=with signs\n");

        Started started = start("database");

        assertThat(started.exit()).isZero();
        assertThat(started.said()).contains("password: a secret=with signs", "-jar /app/quarkus-run.jar");
        assertThat(started.said().lines().filter(line -> line.contains("a secret")))
                .hasSize(1);
    }

    @Test
    void aSecretThatCannotBeReadStartsNothing() throws Exception {
        Started started = start("missing");

        assertThat(started.exit()).isNotZero();
        assertThat(started.said()).contains("missing").doesNotContain("password:", "quarkus-run");
    }

    private record Started(int exit, String said) {}

    /** The script itself, but for the folder of the secrets: only an engine can mount that one. */
    private Started start(String secret) throws IOException, InterruptedException {
        Path script = Files.writeString(
                folder.resolve("start"),
                Files.readString(Path.of("../deploy/images/start")).replace("/run/secrets/", folder + "/"));
        Path java = Files.writeString(folder.resolve("java"), """
                #!/bin/sh
                echo "password: $QUARKUS_DATASOURCE_PASSWORD"
                echo "arguments: $*"
                """);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        ProcessBuilder builder = new ProcessBuilder(List.of("bash", script.toString())).redirectErrorStream(true);
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        builder.environment()
                .put("QUARKUS_DATASOURCE_PASSWORD_FILE", folder.resolve(secret).toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Started(process.waitFor(), said);
    }
}
