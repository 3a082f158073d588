package io.holdfast.engine.postgres;

import io.holdfast.contracts.FailureCode;

/** Whether a connection reads or is restored to: the same error of the server is a different failure. */
enum ConnectionRole {
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

    final FailureCode unreachable;
    final FailureCode authentication;
    final FailureCode permission;
    final FailureCode lost;
    final FailureCode locked;
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
}
