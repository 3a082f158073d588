package io.holdfast.config;

/** How often a channel that delivers nothing gets a test message. */
public enum SelfTestPeriod {
    WEEKLY,
    NONE
}
