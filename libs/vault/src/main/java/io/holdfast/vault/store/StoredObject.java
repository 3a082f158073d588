package io.holdfast.vault.store;

import java.time.Instant;

/**
 * One object as a listing shows it.
 *
 * @param key relative to the store's prefix
 * @param size in bytes
 * @param modified when it was last written, by the store's clock
 */
public record StoredObject(String key, long size, Instant modified) {}
