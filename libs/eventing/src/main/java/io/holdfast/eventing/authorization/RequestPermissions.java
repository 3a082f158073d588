package io.holdfast.eventing.authorization;

import io.holdfast.access.Permission;
import io.holdfast.contracts.AccessEvent;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.NotificationEvent;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.TokenEvent;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.contracts.VerificationRequest;

/** The permission that each type of request over Kafka needs. The only place that knows them. */
public final class RequestPermissions {
    private RequestPermissions() {}

    /** @throws IllegalArgumentException for an event, which needs none */
    public static Permission of(Event request) {
        return switch (request) {
            case BackupRequest.Requested it -> Permission.BACK_UP;
            case BackupRequest.CancellationRequested it -> Permission.BACK_UP;
            case VerificationRequest.Requested it -> Permission.VERIFY;
            case VerificationRequest.DrillRequested it -> Permission.VERIFY;
            case RestoreRequest.Requested it -> Permission.RESTORE;
            case RestoreRequest.CancellationRequested it -> Permission.RESTORE;
            case RestoreRequest.RollbackRequested it -> Permission.RESTORE;
            case BackupEvent it -> throw none(it);
            case RestoreEvent it -> throw none(it);
            case VerificationEvent it -> throw none(it);
            case AlertEvent it -> throw none(it);
            case NotificationEvent it -> throw none(it);
            case AccessEvent it -> throw none(it);
            case TokenEvent it -> throw none(it);
            case JobProgressed it -> throw none(it);
        };
    }

    /** Whether it asks for something, so that its sender signs it. */
    public static boolean isRequest(Event event) {
        return event instanceof BackupRequest
                || event instanceof RestoreRequest
                || event instanceof VerificationRequest;
    }

    /** Whether a source may allow requests of this type without a signature. */
    static boolean mayBeUnsigned(Event request) {
        return request instanceof BackupRequest.Requested;
    }

    private static IllegalArgumentException none(Event event) {
        return new IllegalArgumentException(event.getClass() + " is not a request");
    }
}
