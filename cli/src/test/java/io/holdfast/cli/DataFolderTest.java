package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.rest.ServiceEndpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The selection of a running platform by its data folder. */
class DataFolderTest {
    @TempDir
    Path data;

    private FakeServices services;

    @BeforeEach
    void start() throws IOException {
        services = new FakeServices().on("GET /api/sources", "{\"items\":[]}");
    }

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void aDataFolderSelectsThePlatformThatRunsOnItOverTheEnvironment() throws IOException {
        serving(ServiceEndpoints.parse(services.url()).toString());

        Shell.Result result = new Shell()
                .with("HOLDFAST_URL", "http://127.0.0.1:1/gateway")
                .run("sources", "--json", "--data", data.toString());

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(services.requests("GET", "/api/sources")).isNotEmpty();
    }

    @Test
    void aDataFolderWithoutARunningPlatformIsAFailureAndSelectsNoOther() {
        Shell.Result result =
                new Shell().with("HOLDFAST_URL", services.url()).run("sources", "--data", data.toString());

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("data folder " + data + ": no platform is running", "up --data " + data);
        assertThat(services.requests("GET", "/api/sources")).isEmpty();
    }

    @Test
    void aPlatformThatIsStillStartingIsNamed() throws IOException {
        serving("");

        Shell.Result result = new Shell().run("sources", "--data", data.toString());

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("data folder " + data + ": the platform is still starting");
    }

    @Test
    void aDataFolderAndAServerAreWrongUsage() {
        Shell.Result result = new Shell().run("sources", "--data", data.toString(), "--server", services.url());

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("--data and --server");
    }

    private void serving(String endpoints) throws IOException {
        ProcessHandle self = ProcessHandle.current();
        Files.writeString(
                data.resolve("up.pid"),
                self.pid() + "\n" + self.info().startInstant().orElseThrow() + "\n" + endpoints + "\n");
    }
}
