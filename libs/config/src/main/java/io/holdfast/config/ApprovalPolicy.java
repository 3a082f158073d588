package io.holdfast.config;

/** Whether a restore that replaces something waits for a second person. */
public enum ApprovalPolicy {
    REQUIRED,
    NONE
}
