package io.holdfast.restore.saga;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.JsonFieldProbe;
import io.holdfast.restore.domain.RestoreState;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.Set;
import org.awaitility.core.ConditionTimeoutException;

/** Asks for restores, and waits for them. */
public final class Asking {
    private static final Set<String> ENDS = Set.of("COMPLETED", "FAILED", "CANCELLED");

    private Asking() {}

    /** @param more further fields of the request as JSON, each with a comma before it */
    public static ValidatableResponse ask(String source, String database, String more) {
        return ask(source, database, more, "shop");
    }

    /** @param server the source beside which the database is made */
    public static ValidatableResponse ask(String source, String database, String more, String server) {
        return given().contentType(ContentType.JSON)
                .body("{\"source\":\"%s\",\"target\":{\"kind\":\"new\",\"database\":\"%s\",\"server\":\"%s\"}%s}"
                        .formatted(source, database.replace("\"", "\\\""), server, more))
                .post("/api/restores")
                .then();
    }

    public static String accepted(String source, String database, String more) {
        return ask(source, database, more).statusCode(202).extract().path("id");
    }

    public static String accepted(String source, String database, String more, String server) {
        return ask(source, database, more, server).statusCode(202).extract().path("id");
    }

    public static JsonPath shown(String id) {
        return given().get("/api/restores/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    public static String state(String id) {
        return JsonFieldProbe.at(RestAssured.port, "/api/restores/" + id, "state");
    }

    public static JsonPath ended(String id) {
        try {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(40))
                    .until(() -> ENDS.contains(state(id)));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(shown(id).prettify(), e);
        }
        return shown(id);
    }

    static void awaitState(String id, RestoreState state) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(40))
                .until(() -> state(id).equals(state.name()));
    }
}
