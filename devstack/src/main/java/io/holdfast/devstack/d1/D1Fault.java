package io.holdfast.devstack.d1;

/** An answer in place of the real one. */
public enum D1Fault {
    /** 500, with one of the messages that D1's documentation calls transient. */
    RESET(500, "application/json", envelope("D1 DB reset because its code was updated.")),
    /** 503, as an over-full queue gives it. */
    OVERLOADED(503, "application/json", envelope("D1 DB is overloaded. Requests queued for too long.")),
    /** A page of a proxy, with a status of success. */
    HTML(200, "text/html", "<!DOCTYPE html><html><body>Sign in to the network</body></html>"),
    /** A page of the provider's own network. */
    HTML_BAD_GATEWAY(502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>"),
    /** A failure inside an envelope of success. */
    INNER_FAILURE(
            200,
            "application/json",
            "{\"success\":true,\"errors\":[],\"messages\":[],\"result\":[{\"success\":false,\"error\":\"D1_ERROR:"
                    + " Network connection lost.\"}]}"),
    /** JSON that ends in the middle. */
    CUT_OFF(200, "application/json", "{\"success\":true,\"errors\":[],\"result\":[{\"success\":tr"),
    /** A result of 51 MB, which D1's limit of 50 MB does not stop: blanks before an envelope. */
    HUGE(200, "application/json", " "),
    /** An export holds the database. */
    EXPORTING(
            400,
            "application/json",
            "{\"success\":false,\"errors\":[{\"code\":7500,\"message\":\"Currently processing a long-running"
                    + " export.\"}],\"messages\":[],\"result\":null}");

    private final int status;
    private final String type;
    private final String body;

    D1Fault(int status, String type, String body) {
        this.status = status;
        this.type = type;
        this.body = body;
    }

    private static String envelope(String message) {
        return "{\"success\":false,\"errors\":[{\"code\":" + D1Refusal.FAILED + ",\"message\":\"" + message
                + "\"}],\"messages\":[],\"result\":null}";
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    String body() {
        return body;
    }
}
