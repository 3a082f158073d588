package io.holdfast.contracts;

/**
 * Anything on the bus. Events carry references, never rows, URLs with credentials, or secrets. Fields are added, never
 * renamed or removed; a break is a new version of the type.
 */
public sealed interface Event
        permits BackupRequest,
                BackupEvent,
                RestoreRequest,
                RestoreEvent,
                VerificationRequest,
                VerificationEvent,
                AlertEvent,
                NotificationEvent,
                AccessEvent,
                TokenEvent,
                JobProgressed {}
