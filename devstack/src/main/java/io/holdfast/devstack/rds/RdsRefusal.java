package io.holdfast.devstack.rds;

/** An error of the API. */
final class RdsRefusal extends Exception {
    @java.io.Serial
    private static final long serialVersionUID = 1;

    final int status;
    final String code;

    RdsRefusal(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static RdsRefusal of(String code, String message) {
        return new RdsRefusal(code.contains("NotFound") ? 404 : 400, code, message);
    }
}
