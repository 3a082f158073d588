package io.holdfast.notifier.delivery;

import static io.restassured.RestAssured.given;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The catcher of the stack, as its users see it. */
public record CatcherClient(String http) {

    /** Messages that hold this text. */
    public List<Map<String, Object>> messages(String kind, String text) {
        List<Map<String, Object>> all =
                given().baseUri(http).basePath("/").get("messages").jsonPath().getList("");
        return all.stream()
                .filter(message -> Objects.equals(message.get("kind"), kind))
                .filter(message -> String.valueOf(message.get("body")).contains(text))
                .toList();
    }

    public void refuse(String kind, int status, int times, int retryAfter) {
        given().baseUri(http)
                .basePath("/")
                .body(Map.of("kind", kind, "status", status, "times", times, "retryAfter", retryAfter))
                .contentType("application/json")
                .post("behaviour")
                .then()
                .statusCode(204);
    }

    public void forget() {
        given().baseUri(http).basePath("/").delete("messages").then().statusCode(204);
    }
}
