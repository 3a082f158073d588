package io.holdfast.devstack.neon;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A branch, which becomes ready after some requests for it. */
final class NeonBranch {
    /** The number of requests until its operations have finished. */
    private static final int LOOKS = 3;

    final String id;
    final String name;
    final Instant created;
    final Instant parentTimestamp;
    final @Nullable Instant expires;

    /** Null: the branch has no compute. */
    final @Nullable URI uri;

    private int looks;

    NeonBranch(
            String id,
            String name,
            Instant created,
            Instant parentTimestamp,
            @Nullable Instant expires,
            @Nullable URI uri) {
        this.id = id;
        this.name = name;
        this.created = created;
        this.parentTimestamp = parentTimestamp;
        this.expires = expires;
        this.uri = uri;
    }

    /** Counts a request for it. @return the number of earlier requests */
    int look() {
        return looks++;
    }

    boolean ready() {
        return looks > LOOKS;
    }
}
