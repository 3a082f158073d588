package io.holdfast.backup;

import static io.restassured.RestAssured.given;

import io.holdfast.devstack.JsonFieldProbe;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** backup-service as its REST clients see it. */
public final class Backups {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<String> FINAL = List.of("STORED", "PROVEN", "UNPROVEN", "FAILED", "CANCELLED");

    private Backups() {}

    static Response post(String body) {
        return given().contentType(ContentType.JSON).body(body).post("/api/backups");
    }

    /** @return the new backup's id */
    static String request(String source, String... labels) {
        String list = List.of(labels).stream()
                .map(label -> '"' + label + '"')
                .toList()
                .toString();
        return post("{\"source\":\"" + source + "\",\"labels\":" + list + "}")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    public static String stored(String source, String... labels) {
        String id = request(source, labels);
        await(id, "STORED");
        return id;
    }

    static String failed(String source) {
        String id = request(source);
        await(id, "FAILED");
        return id;
    }

    public static JsonPath get(String id) {
        return given().get("/api/backups/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    /** Waits for the end, and fails at once if it is another than this one. */
    public static JsonPath await(String id, String state) {
        String reached = Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> state(id), now -> state.equals(now) || FINAL.contains(now));
        JsonPath backup = get(id);
        if (!state.equals(reached)) {
            throw new AssertionError("backup should become " + state + ", and is: " + backup.prettify());
        }
        return backup;
    }

    /** Waits for a state that may follow another final one. */
    static void awaitState(String id, String state) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> state(id), state::equals);
    }

    private static String state(String id) {
        return JsonFieldProbe.at(RestAssured.port, "/api/backups/" + id, "state");
    }

    static Response cancel(String id) {
        return given().contentType(ContentType.JSON).post("/api/backups/" + id + "/cancellation");
    }

    public static JsonPath list(String query) {
        return given().get("/api/backups?" + query)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }
}
