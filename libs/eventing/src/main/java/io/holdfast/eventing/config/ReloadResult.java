package io.holdfast.eventing.config;

/** What one look at the file did. */
public enum ReloadResult {
    /** The file is the one in effect. */
    UNCHANGED,
    /** A changed file is in effect. */
    APPLIED,
    /** The file has errors; the former one stays in effect. */
    REFUSED,
    /** The file may still be written, or cannot be taken over at this moment; the next poll tries again. */
    DELAYED
}
