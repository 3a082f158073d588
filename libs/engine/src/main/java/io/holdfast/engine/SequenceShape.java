package io.holdfast.engine;

/** Where a sequence stands: what {@code setval(name, lastValue, called)} restores. */
public record SequenceShape(QualifiedName name, long lastValue, boolean called) {}
