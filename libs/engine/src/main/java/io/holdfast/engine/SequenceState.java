package io.holdfast.engine;

/** Where a sequence stands: what {@code setval(name, lastValue, called)} restores. */
public record SequenceState(QualifiedName name, long lastValue, boolean called) {}
