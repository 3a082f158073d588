package io.holdfast.backup;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;

/** Programs with tokens of their own. */
final class Callers {
    private Callers() {}

    static RequestSpecification as(String token) {
        return given().contentType(ContentType.JSON).header("Authorization", "Bearer " + token);
    }

    /** A new token with this role on all sources. */
    static String token(String role) {
        String name = role + "-" + UUID.randomUUID();
        return given().contentType(ContentType.JSON)
                .body("{\"name\": \"" + name + "\", \"roles\": [\"" + role + "\"]}")
                .post("/api/tokens")
                .then()
                .statusCode(200)
                .extract()
                .path("token");
    }
}
