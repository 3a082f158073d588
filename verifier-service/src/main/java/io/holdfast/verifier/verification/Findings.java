package io.holdfast.verifier.verification;

/**
 * What a verification that passed has looked at.
 *
 * @param bytes of rows as text
 * @param restoreMillis how long the restore into the scratch database took; 0 at level INTACT
 */
public record Findings(int tables, long rows, long bytes, long restoreMillis) {}
