package io.holdfast.verifier.proof;

import io.holdfast.contracts.VerificationId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * The scratch database of one worker's attempt. Each has its own: a worker that was only paused must not drop the database
 * of the one that took over.
 *
 * @param epoch of the worker's lease
 */
record ScratchDatabaseName(VerificationId verification, long epoch) {
    /** What the names of all of them begin with. */
    static final String PREFIX = "holdfast_proof_";

    private static final Pattern NAME =
            Pattern.compile(PREFIX + "([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[0-9]+");

    /** Whose proof a database is for, by its name. */
    static Optional<VerificationId> verificationOf(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches()
                ? Optional.of(VerificationId.parse(parts.replaceFirst("$1-$2-$3-$4-$5")))
                : Optional.empty();
    }

    String name() {
        return name(epoch);
    }

    /** What workers before this one may have left behind. */
    List<String> namesBefore() {
        return LongStream.range(1, epoch).mapToObj(this::name).toList();
    }

    private String name(long of) {
        return PREFIX + verification.toString().replace("-", "") + "_" + of;
    }
}
