package io.holdfast.devstack;

/** A server of the stack. */
public enum StackComponent {
    KAFKA,
    POSTGRES,
    S3,
    CATCHER
}
