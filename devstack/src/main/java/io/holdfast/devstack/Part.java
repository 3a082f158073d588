package io.holdfast.devstack;

/** A server of the stack. */
public enum Part {
    KAFKA,
    POSTGRES,
    S3,
    CATCHER
}
