package io.holdfast.engine;

/** A security label of the database itself. */
public record DatabaseLabel(String provider, String label) {}
