package io.holdfast.verifier.verification;

import io.holdfast.contracts.VerificationId;

/** What an accepted request started. */
public interface AcceptedRequest {
    VerificationId id();
}
