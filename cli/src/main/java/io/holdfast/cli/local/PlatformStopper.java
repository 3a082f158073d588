package io.holdfast.cli.local;

import io.holdfast.cli.rest.CommandException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops what {@link PlatformRunner} runs: by the pid it wrote and only if that is still the same process. */
public final class PlatformStopper {
    private PlatformStopper() {}

    /**
     * Asks the platform on a data folder to stop, and waits until it is gone.
     *
     * @return whether one was running
     * @throws CommandException TIMED_OUT if it is still there then
     */
    public static boolean stop(Path data, Duration within) throws InterruptedException {
        Optional<PidFile.Owner> owner = PidFile.running(data.toAbsolutePath().normalize());
        if (owner.isEmpty()) {
            return false;
        }
        ProcessHandle process = owner.get().process();
        process.destroy();
        try {
            process.onExit().get(within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            throw CommandException.timedOut(
                    "process " + process.pid() + " is still stopping; look again with ./holdfast status", null);
        } catch (ExecutionException e) {
            throw CommandException.failed("cannot wait for process " + process.pid() + ": " + e.getCause(), e);
        }
    }
}
