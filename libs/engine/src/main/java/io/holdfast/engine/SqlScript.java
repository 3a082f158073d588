package io.holdfast.engine;

/**
 * SQL of the configuration.
 *
 * @param name where it stands, for messages, such as {@code drill.staging.mask[0]}
 * @param sql statements, separated by semicolons
 */
public record SqlScript(String name, String sql) {}
