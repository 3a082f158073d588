package io.holdfast.vault.status;

/**
 * What a source takes in the vault, as the store lists it: also chunks and manifests of deleted backups whose grace period is
 * not over, proofs, tombstones and journals.
 */
public record VaultUsage(long objects, long bytes) {}
