package io.holdfast.vault.format;

import java.time.Instant;

/**
 * That a copy of the key was read back from where it is kept, and opened this vault.
 *
 * @param keyId of the key, id of the key-encryption key
 * @param where the copy is kept, in the words of who confirmed it
 */
public record KeyEscrow(String keyId, Instant confirmedAt, String where) {}
