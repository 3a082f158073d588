package io.holdfast.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.rest.ServiceEndpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    @TempDir
    Path data;

    @Test
    void whoRunsItIsFoundWithItsEndpoints() throws IOException {
        try (PidFile mine = PidFile.take(data)) {
            assertThat(PidFile.running(data).orElseThrow().endpoints()).isEmpty();

            mine.serving(ServiceEndpoints.local());

            PidFile.Owner owner = PidFile.running(data).orElseThrow();
            assertThat(owner.process().pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(owner.endpoints()).contains(ServiceEndpoints.local());
        }
        assertThat(PidFile.running(data)).isEmpty();
    }

    @Test
    void aPidThatIsUsedAgainByAnotherProcessIsNotOurs() throws IOException {
        Instant earlier =
                ProcessHandle.current().info().startInstant().orElseThrow().minusSeconds(60);
        Files.writeString(data.resolve("up.pid"), ProcessHandle.current().pid() + "\n" + earlier + "\n\n");

        assertThat(PidFile.running(data)).isEmpty();
    }

    @Test
    void downStopsTheProcessThatTheFileNames() throws Exception {
        Process sleeper = new ProcessBuilder("sleep", "300").start();
        Instant started = sleeper.info().startInstant().orElseThrow();
        Files.writeString(data.resolve("up.pid"), sleeper.pid() + "\n" + started + "\n\n");

        assertThat(PlatformStopper.stop(data, Duration.ofSeconds(20))).isTrue();

        assertThat(sleeper.isAlive()).isFalse();
    }

    @Test
    void downLeavesAProcessAloneThatOnlyHasTheSamePid() throws Exception {
        Process sleeper = new ProcessBuilder("sleep", "300").start();
        try {
            Files.writeString(data.resolve("up.pid"), sleeper.pid() + "\n2020-01-01T00:00:00Z\n\n");

            assertThat(PlatformStopper.stop(data, Duration.ofSeconds(20))).isFalse();

            assertThat(sleeper.isAlive()).isTrue();
        } finally {
            sleeper.destroyForcibly().waitFor();
        }
    }
}
