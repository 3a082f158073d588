package io.holdfast.vault.crypto;

import com.google.crypto.tink.Key;
import com.google.crypto.tink.KeysetHandle;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What keysets have in common. */
final class KeysetMerger {
    private KeysetMerger() {}

    /** Those of the wanted keys that this keyset lacks. */
    static List<Key> lacking(KeysetHandle keyset, KeysetHandle wanted) {
        return keys(wanted)
                .filter(key -> keys(keyset).noneMatch(key::equalsKey))
                .toList();
    }

    /** The keyset and these keys; what is written is written with the same key as before. */
    static KeysetHandle with(KeysetHandle keyset, List<Key> more) throws GeneralSecurityException {
        KeysetHandle.Builder both = KeysetHandle.newBuilder(keyset);
        more.forEach(key -> both.addEntry(KeysetHandle.importKey(key)));
        return both.build();
    }

    private static Stream<Key> keys(KeysetHandle keyset) {
        return IntStream.range(0, keyset.size()).mapToObj(i -> keyset.getAt(i).getKey());
    }
}
