package io.holdfast.engine.support;

import java.time.Instant;
import java.util.Optional;

/**
 * A process of this machine, as the names of directories say to whom they belong, so that those of dead ones can be swept.
 *
 * @param started seconds since 1970: a process id alone is soon another process's
 */
public record ProcessIdentity(long pid, long started) {

    /** This process. */
    public static ProcessIdentity self() {
        ProcessHandle self = ProcessHandle.current();
        return new ProcessIdentity(self.pid(), started(self));
    }

    /** Whose a name of the form {@code PREFIX PID-STARTED-SECRET} says it is; empty if it has another form. */
    public static Optional<ProcessIdentity> of(String name, String prefix) {
        String[] parts =
                name.startsWith(prefix) ? name.substring(prefix.length()).split("-", -1) : new String[0];
        return parts.length == 3 && parts[0].matches("\\d{1,9}") && parts[1].matches("\\d{1,12}")
                ? Optional.of(new ProcessIdentity(Long.parseLong(parts[0]), Long.parseLong(parts[1])))
                : Optional.empty();
    }

    private static long started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
    }

    public boolean alive() {
        // the start time is computed from the boot time and may be a second off
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> Math.abs(started(process) - started) <= 2)
                .isPresent();
    }

    @Override
    public String toString() {
        return pid + "-" + started;
    }
}
