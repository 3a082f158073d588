package io.holdfast.engine.model;

/** An installed extension. */
public record InstalledExtension(String name, String version, String schema) {}
