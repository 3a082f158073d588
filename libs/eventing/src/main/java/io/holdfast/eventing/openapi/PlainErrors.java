package io.holdfast.eventing.openapi;

/** Marks an operation whose errors are {@code {"error": "message"}} instead of problems of RFC 9457. */
public final class PlainErrors {
    public static final String EXTENSION = "x-errors";
    public static final String VALUE = "plain";

    private PlainErrors() {}
}
