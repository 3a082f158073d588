package io.holdfast.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a work costs both sides together: this process, the programs that it ran, and the servers of the run, as Linux
 * counts it. On a machine that others use too it says more than a clock. 0 elsewhere than on Linux.
 */
final class CpuTime {
    private static final double TICKS = 100;
    private static final int FIRST = 11;
    private static final int TIMES = 4;

    private final ProcessHandle servers;

    CpuTime(ProcessHandle servers) {
        this.servers = servers;
    }

    /** Seconds of CPU that were used until now. */
    double seconds() {
        double sum = 0;
        for (ProcessHandle each : Stream.of(Stream.of(ProcessHandle.current(), servers), servers.descendants())
                .flatMap(all -> all)
                .toList()) {
            sum += seconds(each.pid());
        }
        return sum;
    }

    /** With the children that it waited for. Those that have just ended are their parent's by now. */
    private static double seconds(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int i = FIRST; i < FIRST + TIMES; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return ticks / TICKS;
        } catch (IOException e) {
            return 0; // it has ended since it was listed
        }
    }
}
