package io.holdfast.contracts;

/** How deep a verification goes. */
public enum VerificationLevel {
    /** Every chunk present and authentic. */
    INTACT,
    /** Restored to a scratch database; schema, sequences and every fingerprint equal. */
    PROVEN
}
