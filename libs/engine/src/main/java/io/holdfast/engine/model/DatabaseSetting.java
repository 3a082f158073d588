package io.holdfast.engine.model;

import org.jspecify.annotations.Nullable;

/**
 * A setting stored for the database.
 *
 * @param role for whom in this database; null: for all
 */
public record DatabaseSetting(@Nullable String role, String name, String value) {}
