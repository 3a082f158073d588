package io.holdfast.verifier.proof;

import io.holdfast.contracts.VerificationId;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The scratch database of one worker's attempt. Each has its own: a worker that was only paused must not drop the database
 * of the one that took over.
 *
 * @param epoch of the worker's lease
 */
record ProofDatabase(VerificationId verification, long epoch) {
    String name() {
        return name(epoch);
    }

    /** What workers before this one may have left behind. */
    List<String> namesBefore() {
        return LongStream.range(1, epoch).mapToObj(this::name).toList();
    }

    private String name(long of) {
        return "holdfast_proof_" + verification.toString().replace("-", "") + "_" + of;
    }
}
