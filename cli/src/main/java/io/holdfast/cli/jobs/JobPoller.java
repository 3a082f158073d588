package io.holdfast.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.CommandException.Exit;
import io.holdfast.cli.rest.ProgressResponse;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.ProgressLine;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Looks at a job again and again, showing how far it is, until its state answers what was asked. */
public final class JobPoller {
    private final PollingPolicy pollingPolicy;
    private final CommandOutput output;
    private final Duration timeout;
    private final UnaryOperator<String> whereToLook;

    public JobPoller(PollingPolicy pollingPolicy, CommandOutput output, Duration timeout) {
        this(pollingPolicy, output, timeout, id -> "./holdfast show " + id + ", or stop it: ./holdfast cancel " + id);
    }

    /** @param whereToLook the command that shows a job with this id, for who waits no longer */
    public JobPoller(
            PollingPolicy pollingPolicy, CommandOutput output, Duration timeout, UnaryOperator<String> whereToLook) {
        this.whereToLook = whereToLook;
        this.pollingPolicy = pollingPolicy;
        this.output = output;
        this.timeout = timeout;
    }

    /**
     * Waits.
     *
     * @param what the line's name, such as {@code backup of portal}
     * @param fetch the job as JSON with {@code id}, {@code state} and maybe {@code progress}
     * @throws CommandException TIMED_OUT with the job as it is then; it goes on without us
     */
    public JsonNode until(String what, Supplier<JsonNode> fetch, Predicate<JsonNode> ended) {
        Instant deadline = pollingPolicy.clock().instant().plus(timeout);
        try (ProgressLine line = output.progress(what)) {
            while (true) {
                JsonNode job = patiently(fetch);
                if (ended.test(job)) {
                    return job;
                }
                show(line, job);
                if (!pollingPolicy.clock().instant().isBefore(deadline)) {
                    throw timedOut(what, job);
                }
                pause(pollingPolicy.pollEvery());
            }
        }
    }

    /** A service that is being restarted finishes its jobs afterwards: no reason to give up at once. */
    private JsonNode patiently(Supplier<JsonNode> fetch) {
        Instant end = pollingPolicy.clock().instant().plus(pollingPolicy.patience());
        while (true) {
            try {
                return fetch.get();
            } catch (CommandException failure) {
                if (failure.exit() != Exit.FAILED
                        || pollingPolicy.clock().instant().isAfter(end)) {
                    throw failure;
                }
                pause(pollingPolicy.pollEvery());
            }
        }
    }

    private static void show(ProgressLine line, JsonNode job) {
        JsonNode verification = job.path("verification");
        JsonNode shown = verification.isObject() ? verification : job;
        String state = job.path("state").asText().toLowerCase(Locale.ROOT);
        if (!shown.path("progress").isObject()) {
            line.show(verification.isObject() ? "proving" : state.isEmpty() ? "waiting" : state, 0, null, "");
            return;
        }
        ProgressResponse progress = ServiceJson.read(shown.path("progress"), ProgressResponse.class);
        line.show(
                progress.phase(),
                progress.doneBytes(),
                progress.totalBytes(),
                HumanFormat.amounts(progress.doneBytes(), progress.totalBytes(), progress.doneRows()));
    }

    private CommandException timedOut(String what, JsonNode job) {
        String id = job.path("id").asText();
        return CommandException.timedOut(
                what + " is still " + job.path("state").asText() + " after " + HumanFormat.duration(timeout)
                        + "; it goes on: " + whereToLook.apply(id),
                job);
    }

    private static void pause(Duration pause) {
        try {
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failed("interrupted; the job goes on", e);
        }
    }
}
