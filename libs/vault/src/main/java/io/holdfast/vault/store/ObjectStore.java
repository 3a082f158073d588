package io.holdfast.vault.store;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Objects by key, below a fixed prefix that no key shows. Keys are ASCII.
 *
 * <p>Every call blocks, may be made from any thread, and every call may be repeated: none has a second effect. What was
 * written is seen by every later read and listing (strong consistency, as S3 promises). An object appears whole or not
 * at all. An array handed in must not change before the call returns; an array handed out belongs to the caller.
 *
 * <p>Failures are {@link io.holdfast.contracts.HoldfastException}s: {@code VAULT_UNREACHABLE} (no answer or a passing error: worth
 * a retry; a write may or may not have happened), {@code VAULT_ACCESS_DENIED} (never reported as "nothing there"),
 * {@code VAULT_FULL} (no room for a write), {@code VAULT_MISSING} (no such bucket), {@code CONFIG_INVALID} (the store
 * understood and refused), {@code CANCELLED} (the calling thread was interrupted; its interrupt flag stays set).
 */
public interface ObjectStore extends AutoCloseable {

    /** Writes an object, replacing one that is there. */
    void put(String key, byte[] bytes);

    /**
     * Writes an object unless the key is taken; of many racing callers with different bytes exactly one succeeds.
     *
     * @return true if the key now holds exactly these bytes (also when an earlier, unacknowledged attempt wrote them);
     *     false if it holds other ones, which were left as they are
     */
    boolean putIfAbsent(String key, byte[] bytes);

    /**
     * As {@link #putIfAbsent}, and the object cannot be deleted for the time that the store was told to lock objects; if it
     * was told so and cannot, nothing is written, and the failure is CONFIG_INVALID. A later {@link #delete} only hides it.
     */
    default boolean putLocked(String key, byte[] bytes) {
        return putIfAbsent(key, bytes);
    }

    /** The whole object, or empty if there is none. */
    Optional<byte[]> get(String key);

    /** The bytes from {@code offset}, at most {@code length} (fewer at the object's end); empty if there is no object. */
    Optional<byte[]> get(String key, long offset, int length);

    /** The object's size and time, or empty if there is none. */
    Optional<StoredObject> head(String key);

    /** Up to a thousand objects whose key starts with {@code prefix} and sorts after {@code after}. */
    ObjectListPage page(String prefix, String after);

    /** The distinct next path segments below {@code prefix} (which ends in a slash, or is empty), without slashes. */
    List<String> folders(String prefix);

    /** Removes an object; removing what is not there is no error. */
    void delete(String key);

    /** Where this is, for messages: endpoint, bucket, prefix. Never a credential. */
    String describe();

    /** What it can do beyond this; asks each time, and never fails because it may not ask. */
    default StoreCapabilities abilities() {
        return StoreCapabilities.NONE;
    }

    /** Gives connections back. The objects stay. */
    @Override
    void close();

    /** All objects whose key starts with {@code prefix}, in the order of keys, fetched page by page as they are consumed. */
    default Stream<StoredObject> list(String prefix) {
        return Stream.iterate(
                        Optional.of(page(prefix, "")),
                        Optional::isPresent,
                        page -> page.filter(ObjectListPage::more)
                                .map(p -> page(prefix, p.objects().getLast().key())))
                .flatMap(page -> page.orElseThrow().objects().stream());
    }
}
