package io.holdfast.verifier.verification;

import io.holdfast.contracts.FailureReason;

/** How a verification ended. */
public sealed interface VerificationVerdict {

    /** The backup is what the level says. */
    record Passed(VerificationTotals findings) implements VerificationVerdict {}

    /** The backup is definitely bad. */
    record Failed(FailureReason reason) implements VerificationVerdict {}

    /** Something else was bad; nothing is known of the backup. */
    record Inconclusive(FailureReason reason) implements VerificationVerdict {}
}
