package io.holdfast.notifier.rule;

/** How soon somebody must act. */
public enum Severity {
    /** At once: pages, ignores quiet hours, escalates. */
    CRITICAL,
    /** In working hours. */
    WARNING,
    /** To know. */
    INFO
}
