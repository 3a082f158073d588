package io.holdfast.engine;

/** A security label of the database itself. */
public record DatabaseSecurityLabel(String provider, String label) {}
