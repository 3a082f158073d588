package io.holdfast.devstack;

/** Something that was started. */
interface StackServer {
    /** Ends it and returns when it is gone. */
    void stop() throws Exception;
}
