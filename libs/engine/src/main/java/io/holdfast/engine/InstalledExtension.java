package io.holdfast.engine;

/** An installed extension. */
public record InstalledExtension(String name, String version, String schema) {}
