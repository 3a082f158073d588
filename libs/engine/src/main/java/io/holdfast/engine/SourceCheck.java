package io.holdfast.engine;

import java.time.Duration;

/**
 * A source that a backup could open.
 *
 * @param serverVersion as the server reports it; of SQLite the version of the library
 * @param latency time of one round trip on an open connection; for a file, of reading its header
 */
public record SourceCheck(String serverVersion, Duration latency) {}
