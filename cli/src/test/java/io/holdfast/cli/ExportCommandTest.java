package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
    private static final String ID = "0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77";
    private static final String PATH = "GET /api/backups/" + ID + "/export";
    private static final String WHOLE = "SELECT 1;\n-- end of backup " + ID + "\n";

    @TempDir
    Path folder;

    private FakeServices services;

    @BeforeEach
    void start() throws IOException {
        services = new FakeServices();
    }

    @AfterEach
    void stop() {
        services.close();
    }

    private Shell.Result export(Path to) {
        return new Shell().run("export", ID, "--to", to.toString(), "--server", services.url());
    }

    @Test
    void aScriptIsWrittenForItsOwnerOnly() throws IOException {
        services.on(PATH, WHOLE);
        Path script = folder.resolve("portal.sql");

        Shell.Result result = export(script);

        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("is exported to " + script);
        assertThat(script).hasContent(WHOLE);
        assertThat(Files.getPosixFilePermissions(script)).hasSize(2);
        assertThat(services.requests("GET", "/api/backups/" + ID + "/export")
                        .getFirst()
                        .query())
                .isEqualTo("format=sql");
    }

    @Test
    void whatIsThereIsNotOverwritten() throws IOException {
        services.on(PATH, WHOLE);
        Path script = Files.writeString(folder.resolve("portal.sql"), "mine");

        Shell.Result result = export(script);

        assertThat(result.exit()).isEqualTo(3);
        assertThat(script).hasContent("mine");
    }

    @Test
    void aScriptThatWasCutOffIsNotKept() throws IOException {
        services.on(PATH, WHOLE.substring(0, WHOLE.length() - 3));

        Shell.Result result = export(folder.resolve("portal.sql"));

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("cut off");
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aRefusalIsToldAsItIs() {
        services.refuse(PATH, 409, "BACKUP_NOT_USABLE", "backup is FAILED");

        Shell.Result result = export(folder.resolve("portal.sql"));

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("backup is FAILED");
    }
}
