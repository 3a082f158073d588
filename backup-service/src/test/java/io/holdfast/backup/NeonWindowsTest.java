package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.history.DatabaseHistory;
import io.holdfast.devstack.neon.NeonServer;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class NeonWindowsTest extends Service {
    private static final String SOURCE = "of-neon";
    private static final Duration SOON = Duration.ofSeconds(30);

    private final NeonServer neon = NeonServer.start(new NoStates(), InstantSource.system());
    private String yaml = "";
    private String digest = "";

    /** The test requests no branch. */
    private static final class NoStates implements DatabaseHistory {
        @Override
        public URI open(String branch, Instant at) {
            throw new IllegalStateException("there are no states");
        }

        @Override
        public void drop(String branch) {
            throw new IllegalStateException("there are no branches");
        }
    }

    @BeforeEach
    void configure() throws IOException {
        yaml = Files.readString(bed.yaml());
        digest = digest();
        Files.writeString(bed.yaml().resolveSibling("neon-key"), neon.key());
        String store = yaml.lines()
                .filter(line -> line.startsWith("    store: "))
                .findFirst()
                .orElseThrow();
        String added = store.replace("store:", SOURCE + ":").replaceFirst(" }$", "") + ", neon: { project: "
                + NeonServer.PROJECT + ", api-key: { file: neon-key }, endpoint: \"" + neon.endpoint() + "\" } }";
        write(yaml.replace(store, store + "\n" + added));
        await().atMost(SOON).until(() -> given().get("/api/sources/" + SOURCE).statusCode() == 200);
    }

    @AfterEach
    void restore() throws IOException {
        write(yaml);
        await().atMost(SOON).until(() -> digest.equals(digest()));
        neon.close();
    }

    @Test
    void theHistoryOfTheProjectIsTheWindowAndAnUnknownKeyIsNamedWithoutIt() {
        JsonPath known = windows();
        neon.rotateKey("napi_next");
        JsonPath unknown = windows();

        assertThat(known.getString("history.provider")).isEqualTo("neon");
        Instant from = Instant.parse(known.getString("history.from"));
        Instant to = Instant.parse(known.getString("history.to"));
        assertThat(Duration.between(from, to)).isEqualTo(Duration.ofDays(1));
        assertThat(unknown.getString("history.from")).isNull();
        assertThat(unknown.getString("history.failure"))
                .contains("does not know the API key")
                .doesNotContain("napi_");
    }

    private static JsonPath windows() {
        return given().get("/api/sources/" + SOURCE + "/windows")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static String digest() {
        return given().get("/api/configuration").jsonPath().getString("digest");
    }

    private void write(String text) throws IOException {
        var next = Files.writeString(bed.yaml().resolveSibling("holdfast.yaml.new"), text);
        Files.move(next, bed.yaml(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
