package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.holdfast.backup.Bus.Heard;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class ConfigurationTest extends Service {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final String added = "added-" + UUID.randomUUID();
    private String yaml = "";
    private String digest = "";

    @BeforeEach
    void remember() throws IOException {
        yaml = Files.readString(bed.yaml());
        digest = configuration().getString("digest");
    }

    @AfterEach
    void restore() throws IOException {
        write(yaml);
        await().atMost(SOON)
                .until(() -> digest.equals(configuration().getString("digest"))
                        && configuration().getList("problems").isEmpty());
    }

    @Test
    void aSourceThatIsAddedWhileTheServiceRunsCanBeBackedUp() throws IOException {
        write(withAdded());
        awaitSource(added, null);

        Backups.stored(added);

        Heard reloaded = bus.await(event -> event.type().equals("ConfigurationReloaded")
                && event.data().getList("changedKeys").contains("holdfast.sources." + added + ".url"));
        assertThat(reloaded.data().getString("formerDigest")).isEqualTo(digest);
        assertThat(reloaded.data().getString("digest"))
                .isEqualTo(configuration().getString("digest"));
        assertThat(reloaded.data().getList("changedKeys"))
                .allSatisfy(key -> assertThat(key.toString()).startsWith("holdfast.sources." + added));
    }

    @Test
    void aSourceThatLeavesTheFileIsRetiredAndKeepsItsBackups() throws IOException {
        write(withAdded());
        awaitSource(added, null);
        String backup = Backups.stored(added);
        String id = given().get("/api/sources/" + added).jsonPath().getString("id");

        write(yaml);
        Heard retired = bus.await(about("SourceRetired"));

        awaitSource(added, retired.data().getString("retiredAt"));
        assertThat(Backups.list("source=" + added).getList("items.id")).containsExactly(backup);
        Backups.post("{\"source\":\"" + added + "\"}")
                .then()
                .statusCode(404)
                .body("code", equalTo("SOURCE_UNKNOWN"))
                .body("detail", containsString("is retired since"));
        write(withAdded());
        awaitSource(added, null);
        given().get("/api/sources/" + added).then().body("id", equalTo(id));
        Backups.stored(added);
        assertThat(bus.heard(about("SourceRetired"))).hasSize(1);
        assertThat(bus.heard(about("SourceChanged"))).hasSize(2);
    }

    @Test
    void aFileWithErrorsRaisesAnAlertAndAGoodOneResolvesIt() throws IOException {
        write(yaml.replace("  sources:\n", "  sources:\n    " + added + ": { engin: postgres }\n"));

        Heard alert = bus.await(event -> event.type().equals("AlertRaised")
                && String.valueOf(event.data().getString("summary")).contains(added));
        assertThat(alert.data().getString("alertId")).isEqualTo("configuration-refused");
        assertThat(alert.data().getString("summary"))
                .contains("holdfast.yaml:", "holdfast.sources." + added + ".engin", "stays in effect");
        Heard refused = bus.await(event -> event.type().equals("ConfigurationRefused")
                && event.data().getString("problems").contains(added));
        assertThat(refused.data().getString("formerDigest")).isEqualTo(digest);
        given().get("/api/configuration")
                .then()
                .body("digest", equalTo(digest), "problems", hasItem(containsString(added + ".engin")));
        given().get("/q/metrics").then().body(containsString("holdfast_config_last_reload_successful 0.0"));
        Backups.stored("store");
        int resolved = bus.heard(Bus.is("AlertResolved")).size();

        write(withAdded());

        bus.awaitMany(resolved + 1, Bus.is("AlertResolved"));
        awaitSource(added, null);
        given().get("/api/configuration").then().body("problems", empty());
        assertThat(bus.heard(event -> event.type().equals("ConfigurationRefused")
                        && event.data().getString("problems").contains(added)))
                .hasSize(1);
    }

    @Test
    void aChangedVaultNeedsARestart() throws IOException {
        write(yaml.replace("prefix: " + Bed.PREFIX, "prefix: another"));

        await().atMost(SOON)
                .untilAsserted(() -> given().get("/api/configuration")
                        .then()
                        .body("problems", hasItem(containsString("holdfast.vault.prefix"))));
        given().contentType(ContentType.JSON)
                .post("/api/configuration/reload")
                .then()
                .statusCode(200)
                .body("result", equalTo("REFUSED"), "digest", equalTo(digest), "problems", not(empty()));
    }

    @Test
    void aReloadOnRequestTakesTheFileAtOnce() throws IOException {
        write(withAdded());

        given().contentType(ContentType.JSON)
                .post("/api/configuration/reload")
                .then()
                .statusCode(200)
                .body("problems", empty());

        assertThat(given().get("/api/sources").jsonPath().getList("items.name")).contains(added);
        given().get("/q/metrics")
                .then()
                .body(containsString("holdfast_config_reloads_total{result=\"applied\"}"))
                .body(containsString("holdfast_config_reloads_total{result=\"refused\"}"))
                .body(containsString("holdfast_config_last_reload_timestamp_seconds"));
    }

    private Predicate<Heard> about(String type) {
        return event -> event.type().equals(type) && added.equals(event.data().getString("source.name"));
    }

    /** A second name for the database of "store". */
    private String withAdded() {
        String store = yaml.lines()
                .filter(line -> line.startsWith("    store: "))
                .findFirst()
                .orElseThrow();
        return yaml.replace(store, store + "\n" + store.replace("store:", added + ":"));
    }

    private void write(String text) throws IOException {
        var next = Files.writeString(bed.yaml().resolveSibling("holdfast.yaml.new"), text);
        Files.move(next, bed.yaml(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static JsonPath configuration() {
        return given().get("/api/configuration").jsonPath();
    }

    private static void awaitSource(String name, @org.jspecify.annotations.Nullable String retired) {
        await().atMost(SOON).untilAsserted(() -> {
            JsonPath sources = given().get("/api/sources").jsonPath();
            List<String> names = sources.getList("items.name");
            assertThat(names).contains(name);
            assertThat(sources.getString("items.find { it.name == '" + name + "' }.retired"))
                    .isEqualTo(retired);
        });
    }
}
