package io.holdfast.verifier.verification;

import io.holdfast.contracts.FailureReason;

/** How a verification ended. */
public sealed interface Verdict {

    /** The backup is what the level says. */
    record Passed(Findings findings) implements Verdict {}

    /** The backup is definitely bad. */
    record Failed(FailureReason reason) implements Verdict {}

    /** Something else was bad; nothing is known of the backup. */
    record Inconclusive(FailureReason reason) implements Verdict {}
}
