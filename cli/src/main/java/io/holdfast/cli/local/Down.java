package io.holdfast.cli.local;

import io.holdfast.cli.rest.CommandFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops what {@link Up} runs: by the pid it wrote and only if that is still the same process. */
public final class Down {
    private Down() {}

    /**
     * Asks the platform on a data folder to stop, and waits until it is gone.
     *
     * @return whether one was running
     * @throws CommandFailure TIMED_OUT if it is still there then
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
            throw CommandFailure.timedOut(
                    "process " + process.pid() + " is still stopping; look again with ./holdfast status", null);
        } catch (ExecutionException e) {
            throw CommandFailure.failed("cannot wait for process " + process.pid() + ": " + e.getCause(), e);
        }
    }
}
