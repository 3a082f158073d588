package io.holdfast.engine.postgres.jdbc;

import io.holdfast.contracts.FailureCode;

/** Whether a connection reads or is restored to: the same error of the server is a different failure. */
public enum ConnectionRole {
    SOURCE(
            FailureCode.SOURCE_UNREACHABLE,
            FailureCode.SOURCE_AUTHENTICATION_FAILED,
            FailureCode.SOURCE_PERMISSION_DENIED,
            FailureCode.SOURCE_CONNECTION_LOST,
            FailureCode.SOURCE_LOCK_TIMEOUT,
            FailureCode.INTERNAL),
    TARGET(
            FailureCode.TARGET_UNREACHABLE,
            FailureCode.TARGET_AUTHENTICATION_FAILED,
            FailureCode.TARGET_PERMISSION_DENIED,
            FailureCode.TARGET_CONNECTION_LOST,
            FailureCode.TARGET_BUSY,
            FailureCode.TARGET_LOAD_FAILED);

    public final FailureCode unreachable;
    final FailureCode authentication;
    public final FailureCode permission;
    public final FailureCode lost;
    public final FailureCode locked;
    final FailureCode other;

    ConnectionRole(
            FailureCode unreachable,
            FailureCode authentication,
            FailureCode permission,
            FailureCode lost,
            FailureCode locked,
            FailureCode other) {
        this.unreachable = unreachable;
        this.authentication = authentication;
        this.permission = permission;
        this.lost = lost;
        this.locked = locked;
        this.other = other;
    }

    /** For a server that cannot be used as it is configured. */
    public FailureCode unsupported() {
        return this == SOURCE ? FailureCode.SOURCE_UNSUPPORTED : FailureCode.TARGET_UNSUITABLE;
    }
}
