package io.holdfast.config;

/** How often a channel gets a digest of what ran. */
public enum DigestPeriod {
    DAILY,
    /** On Mondays. */
    WEEKLY,
    NONE
}
