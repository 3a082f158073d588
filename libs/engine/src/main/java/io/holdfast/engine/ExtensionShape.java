package io.holdfast.engine;

/** An installed extension. */
public record ExtensionShape(String name, String version, String schema) {}
