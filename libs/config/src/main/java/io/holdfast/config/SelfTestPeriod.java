package io.holdfast.config;

/** The interval of test messages to a channel that delivers nothing. */
public enum SelfTestPeriod {
    WEEKLY,
    NONE
}
