package io.holdfast.config;

/** Whether an operation waits for a second person. */
public enum ApprovalPolicy {
    REQUIRED,
    NONE
}
