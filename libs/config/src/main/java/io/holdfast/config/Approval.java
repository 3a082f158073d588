package io.holdfast.config;

/** Whether a restore that replaces something waits for a second person. */
public enum Approval {
    REQUIRED,
    NONE
}
