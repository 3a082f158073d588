package io.holdfast.engine.model;

/**
 * A position in a server's log, and the history of the server that the position belongs to.
 *
 * @param system the server's system identifier
 * @param timeline the position is on this timeline
 * @param lsn as the server writes it, such as {@code 2/3A000028}
 */
public record LogPosition(String system, int timeline, String lsn) {}
