package io.holdfast.devstack.d1;

import java.io.Serial;

/** A request that is answered with an error in the envelope. */
final class D1Refusal extends Exception {
    /** Any failure of D1 itself: of a statement, or while an export runs. */
    static final int FAILED = 7500;

    @Serial
    private static final long serialVersionUID = 1;

    private final int status;
    private final int code;

    D1Refusal(int status, int code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static D1Refusal sql(String message) {
        return new D1Refusal(400, FAILED, message);
    }

    static D1Refusal noRoute(String path) {
        return new D1Refusal(404, 7003, "Could not route to " + path + ", perhaps your object identifier is invalid?");
    }

    int status() {
        return status;
    }

    int code() {
        return code;
    }
}
