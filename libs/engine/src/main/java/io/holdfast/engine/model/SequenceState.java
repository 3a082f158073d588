package io.holdfast.engine.model;

/** Where a sequence stands: what {@code setval(name, lastValue, called)} restores. */
public record SequenceState(QualifiedName name, long lastValue, boolean called) {}
