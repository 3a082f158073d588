package io.holdfast.devstack;

/** What the catcher answers to a request. */
record CatcherAnswer(int status, String type, String body) {

    static CatcherAnswer text(int status, String body) {
        return new CatcherAnswer(status, "text/plain", body);
    }

    static CatcherAnswer json(int status, String body) {
        return new CatcherAnswer(status, "application/json", body);
    }
}
