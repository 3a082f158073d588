package io.holdfast.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The largest resident memory of this process, as Linux counts it. */
final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path RESET = Path.of("/proc/self/clear_refs");

    private PeakMemory() {}

    /** @return the peak since the last {@link #reset}; 0 where the system does not count it */
    static long bytes() throws IOException {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
    }

    /** Resets the peak; where the kernel refuses that, the former peak remains. */
    static void reset() {
        try {
            if (Files.exists(RESET)) {
                Files.writeString(RESET, "5"); // proc(5): resets the peak resident set size
            }
        } catch (IOException e) {
            // the peak of the process is an upper bound
        }
    }
}
