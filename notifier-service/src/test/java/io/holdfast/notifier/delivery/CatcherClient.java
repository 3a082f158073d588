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
        behave(Map.of("kind", kind, "status", status, "times", times, "retryAfter", retryAfter));
    }

    /** The next message about this is answered 200 with this error: by Slack's Web API as a field, by Teams as the body. */
    void fail(String kind, String about, String error) {
        fail(kind, about, error, 1);
    }

    /** As if somebody had deleted the messages in Slack. */
    void deleteInSlack() {
        given().baseUri(http).basePath("/").delete("slack-api").then().statusCode(204);
    }

    /** As {@link #fail}, for every message about this. */
    void failAll(String kind, String about, String error) {
        fail(kind, about, error, -1);
    }

    private void fail(String kind, String about, String error, int times) {
        behave(Map.of("kind", kind, "status", 200, "times", times, "retryAfter", 0, "about", about, "error", error));
    }

    private void behave(Map<String, Object> behaviour) {
        given().baseUri(http)
                .basePath("/")
                .body(behaviour)
                .contentType("application/json")
                .post("behaviour")
                .then()
                .statusCode(204);
    }

    public void forget() {
        given().baseUri(http).basePath("/").delete("messages").then().statusCode(204);
    }
}
