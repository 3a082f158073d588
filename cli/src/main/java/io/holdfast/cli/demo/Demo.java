package io.holdfast.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.local.Folders;
import io.holdfast.cli.rest.CommandFailure;
import io.holdfast.cli.rest.Json;
import io.holdfast.cli.terminal.Human;
import io.holdfast.cli.terminal.Output;
import io.holdfast.cli.terminal.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Plays the story, tells what proved each step, and leaves nothing behind unless told to keep it. */
public final class Demo {
    private final boolean keep;
    private final Output output;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final Object cleaning = new Object();
    private volatile boolean failed;
    private boolean cleaned;

    public Demo(boolean keep, Output output) {
        this.keep = keep;
        this.output = output;
    }

    @FunctionalInterface
    private interface Step {
        Outcome.Found run() throws Exception;
    }

    /** @throws CommandFailure FAILED if a step failed, with the step, why, and where the logs are */
    public void run() throws IOException, InterruptedException {
        Instant begun = Instant.now();
        Path folder = Folders.passable(Files.createTempDirectory("holdfast-demo-"));
        Stage stage = new Stage(folder, keep, output);
        Thread hook = Thread.ofPlatform().unstarted(() -> {
            interrupted.countDown();
            clean(stage);
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            play(new Story(stage), new Recovery(stage), new Echo(stage));
        } catch (CommandFailure failure) {
            failed = interrupted.getCount() > 0;
            output.say("");
            output.say(table());
            output.document(document(false, begun).put("failure", failure.getMessage()));
            stay(stage);
            throw failure;
        } finally {
            if (!keep) {
                clean(stage);
            }
        }
        if (!keep) {
            requireNothingLeft(folder);
        }
        report(begun);
        stay(stage);
    }

    private void play(Story story, Recovery recovery, Echo echo) {
        step("start the servers", story::startStack);
        step("create the portal", story::createPortal);
        step("start the platform", story::startServices);
        step("back up, asked over Kafka", story::backUp);
        step("prove the backup", story::prove);
        step("back up again", story::backUpAgain);
        step("disaster", story::disaster);
        step("restore in its place", () -> recovery.replace(story.backup()));
        step("compare by SQL", () -> recovery.compare(story.original()));
        step("prove the second backup", story::proveSecond);
        step("one table back", () -> recovery.table(story.backup(), story.original()));
        step("ten rows back", () -> recovery.rows(story.backup(), story.original()));
        step("roll everything back", recovery::rollBack);
        step("tell people", echo::messages);
        step("keep the record", echo::activity);
        tables(story);
    }

    private void step(String name, Step step) {
        Instant begun = Instant.now();
        output.say((outcomes.size() + 1) + ". " + name);
        Outcome.Found found;
        try {
            found = step.run();
        } catch (Exception e) { // whatever it is, this step is not proven
            if (interrupted.getCount() == 0) {
                throw CommandFailure.failed("stopped in step " + (outcomes.size() + 1) + ", " + name, e);
            }
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            throw CommandFailure.failed("step " + (outcomes.size() + 1) + ", " + name + ", failed: " + why, e);
        }
        Duration took = Duration.between(begun, Instant.now());
        outcomes.add(new Outcome(name, took, found.rows(), found.bytes(), found.proof()));
        output.say("   ✓ " + found.proof() + " (" + Human.duration(took) + ")");
    }

    private void tables(Story story) {
        Table table = new Table("TABLE", ">ROWS", ">SIZE", "FINGERPRINT", "SQL MD5, ORIGINAL = RESTORED");
        for (JsonNode each : story.tables()) {
            String name = each.path("name").asText();
            Portrait.@Nullable Rows rows = story.original().table(name);
            table.row(
                    name,
                    Human.count(each.path("rows").asLong()),
                    Human.bytes(each.path("bytes").asLong()),
                    each.path("fingerprint").asText("-"),
                    rows == null ? "-" : rows.md5());
        }
        output.say("");
        output.say(table);
    }

    private void report(Instant begun) {
        output.say("");
        output.say(table());
        output.say("");
        output.say("All proven in " + Human.duration(Duration.between(begun, Instant.now())) + ": every one of the "
                + outcomes.size() + " steps above." + (keep ? "" : " Everything is stopped and removed."));
        output.document(document(true, begun));
    }

    private ObjectNode document(boolean proven, Instant begun) {
        double seconds = Duration.between(begun, Instant.now()).toMillis() / 1000.0;
        ObjectNode document = Json.object().put("proven", proven).put("seconds", seconds);
        document.set("steps", Json.tree(outcomes));
        return document;
    }

    private Table table() {
        Table table = new Table(">", "STEP", ">TIME", ">ROWS", ">BYTES", "PROVEN BY");
        for (Outcome outcome : outcomes) {
            Long rows = outcome.rows();
            Long bytes = outcome.bytes();
            table.row(
                    Integer.toString(outcomes.indexOf(outcome) + 1),
                    outcome.step(),
                    Human.duration(outcome.took()),
                    rows == null ? "" : Human.count(rows),
                    bytes == null ? "" : Human.bytes(bytes),
                    outcome.proof());
        }
        return table;
    }

    /** With --keep everything goes on running, to be looked at, until Ctrl-C. */
    private void stay(Stage stage) throws InterruptedException {
        if (!keep) {
            return;
        }
        stage.describe().forEach(output::note);
        interrupted.await();
    }

    /** Once; the second caller waits for the first. Logs of a demo that failed, and what is kept, stay. */
    private void clean(Stage stage) {
        synchronized (cleaning) {
            if (cleaned) {
                return;
            }
            cleaned = true;
            stage.close();
            if (!keep) {
                delete(stage);
            }
        }
    }

    private void delete(Stage stage) {
        try {
            if (failed && Files.exists(stage.logs())) {
                stage.clearButLogs();
                output.note("holdfast: the logs are in " + stage.logs());
            } else {
                Folders.delete(stage.folder());
            }
        } catch (UncheckedIOException e) {
            output.note("holdfast: " + e.getMessage());
        }
    }

    private static void requireNothingLeft(Path folder) {
        long processes = ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .count();
        if (processes > 0 || Files.exists(folder)) {
            throw CommandFailure.failed("everything was proven, but not cleaned up: " + processes
                    + " processes still run, and " + folder + (Files.exists(folder) ? " is still there" : " is gone"));
        }
    }
}
