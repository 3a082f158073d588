package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineTest {
    private static final String GOOD = """
            holdfast:
              vault: { bucket: backups, key-file: vault.key }
              sources:
                portal: { engine: postgres, url: "postgresql://portal@127.0.0.1/portal" }
            """;

    @TempDir
    Path folder;

    @Test
    void configCheckAcceptsAGoodFile() throws IOException {
        Path file = Files.writeString(folder.resolve("holdfast.yaml"), GOOD);

        Shell.Result result = new Shell().run("config", "check", file.toString());

        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("is good: 1 sources (portal)");
    }

    @Test
    void configCheckNamesEveryMistakeWithItsPlace() throws IOException {
        Path file = Files.writeString(
                folder.resolve("holdfast.yaml"),
                GOOD.replace("bucket:", "buckt:").replace("engine: postgres", "engine: postgrs"));

        Shell.Result result =
                new Shell().with("HOLDFAST_CONFIG", file.toString()).run("config", "check", "--json");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("holdfast.yaml:2:", "did you mean \"bucket\"?", "did you mean \"postgres\"?");
        JsonNode document = new ObjectMapper().readTree(result.out());
        assertThat(document.path("valid").asBoolean()).isFalse();
        assertThat(document.path("problems").size()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void configCheckSaysThatThereIsNoFile() {
        Shell.Result result = new Shell()
                .run("config", "check", "--config", folder.resolve("none.yaml").toString());

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("there is no such file");
    }

    @Test
    void downWithoutAnythingRunningIsDone() {
        Shell.Result result = new Shell().run("down", "--data", folder.toString());

        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("nothing runs on");
    }
}
