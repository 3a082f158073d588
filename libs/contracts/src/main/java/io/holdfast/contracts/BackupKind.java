package io.holdfast.contracts;

/** What a backup was taken for. */
public enum BackupKind {
    MANUAL,
    SCHEDULED,
    SAFETY
}
