package io.holdfast.backup.configuration;

/**
 * The file of this process is the recorded one. Fired as a CDI event, on a thread that may block; once more if an observer
 * fails.
 *
 * @param changed whether another file was recorded before
 */
public record ConfigurationRecorded(boolean changed) {}
