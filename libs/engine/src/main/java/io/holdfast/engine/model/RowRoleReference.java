package io.holdfast.engine.model;

/**
 * A role that rows name, in a column of a type such as {@code regrole}: they cannot be loaded where it does not exist.
 *
 * @param column the first such column, as {@code schema.table.column}
 */
public record RowRoleReference(String role, String column) {}
