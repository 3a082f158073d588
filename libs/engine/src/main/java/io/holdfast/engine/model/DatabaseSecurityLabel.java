package io.holdfast.engine.model;

/** A security label of the database itself. */
public record DatabaseSecurityLabel(String provider, String label) {}
