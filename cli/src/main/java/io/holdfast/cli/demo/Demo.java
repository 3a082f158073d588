package io.holdfast.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.local.LocalFolders;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
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
    private final CommandOutput output;
    private final List<StepResult> outcomes = new ArrayList<>();
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final Object cleaning = new Object();
    private volatile boolean failed;
    private boolean cleaned;

    public Demo(boolean keep, CommandOutput output) {
        this.keep = keep;
        this.output = output;
    }

    @FunctionalInterface
    private interface Step {
        StepResult.Found run() throws Exception;
    }

    /** @throws CommandException FAILED if a step failed, with the step, why, and where the logs are */
    public void run() throws IOException, InterruptedException {
        Instant begun = Instant.now();
        Path folder = LocalFolders.passable(Files.createTempDirectory("holdfast-demo-"));
        DemoEnvironment demoEnvironment = new DemoEnvironment(folder, keep, output);
        Thread hook = Thread.ofPlatform().unstarted(() -> {
            interrupted.countDown();
            clean(demoEnvironment);
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            play(
                    new BackupSteps(demoEnvironment),
                    new RecoverySteps(demoEnvironment),
                    new AlertSteps(demoEnvironment),
                    new NotificationEvidence(demoEnvironment));
        } catch (CommandException failure) {
            failed = interrupted.getCount() > 0;
            output.say("");
            output.say(table());
            output.document(document(false, begun).put("failure", failure.getMessage()));
            stay(demoEnvironment);
            throw failure;
        } finally {
            if (!keep) {
                clean(demoEnvironment);
            }
        }
        if (!keep) {
            requireNothingLeft(folder);
        }
        report(begun);
        stay(demoEnvironment);
    }

    private void play(
            BackupSteps backupSteps,
            RecoverySteps recoverySteps,
            AlertSteps alertSteps,
            NotificationEvidence notificationEvidence) {
        step("start the servers", backupSteps::startStack);
        step("create the portal", backupSteps::createPortal);
        step("start the platform", backupSteps::startServices);
        step("back up, asked over Kafka", backupSteps::backUp);
        step("prove the backup", backupSteps::prove);
        step("back up again", backupSteps::backUpAgain);
        step("disaster", backupSteps::disaster);
        step("restore in its place", () -> recoverySteps.replace(backupSteps.backup()));
        step("compare by SQL", () -> recoverySteps.compare(backupSteps.original()));
        step("prove the second backup", backupSteps::proveSecond);
        step("one table back", () -> recoverySteps.table(backupSteps.backup(), backupSteps.original()));
        step("ten rows back", () -> recoverySteps.rows(backupSteps.backup(), backupSteps.original()));
        step("roll everything back", recoverySteps::rollBack);
        step("raise an alert", alertSteps::raise);
        step("end the alert", alertSteps::resolve);
        step("tell people", notificationEvidence::messages);
        step("keep the record", notificationEvidence::activity);
        tables(backupSteps);
    }

    private void step(String name, Step step) {
        Instant begun = Instant.now();
        output.say((outcomes.size() + 1) + ". " + name);
        StepResult.Found found;
        try {
            found = step.run();
        } catch (Exception e) { // whatever it is, this step is not proven
            if (interrupted.getCount() == 0) {
                throw CommandException.failed("stopped in step " + (outcomes.size() + 1) + ", " + name, e);
            }
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            throw CommandException.failed("step " + (outcomes.size() + 1) + ", " + name + ", failed: " + why, e);
        }
        Duration took = Duration.between(begun, Instant.now());
        outcomes.add(new StepResult(name, took, found.rows(), found.bytes(), found.proof()));
        output.say("   ✓ " + found.proof() + " (" + HumanFormat.duration(took) + ")");
    }

    private void tables(BackupSteps backupSteps) {
        TextTable table = new TextTable("TABLE", ">ROWS", ">SIZE", "FINGERPRINT", "SQL MD5, ORIGINAL = RESTORED");
        for (JsonNode each : backupSteps.tables()) {
            String name = each.path("name").asText();
            DatabaseDigest.@Nullable Rows rows = backupSteps.original().table(name);
            table.row(
                    name,
                    HumanFormat.count(each.path("rows").asLong()),
                    HumanFormat.bytes(each.path("bytes").asLong()),
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
        output.say(
                "All proven in " + HumanFormat.duration(Duration.between(begun, Instant.now())) + ": every one of the "
                        + outcomes.size() + " steps above." + (keep ? "" : " Everything is stopped and removed."));
        output.document(document(true, begun));
    }

    private ObjectNode document(boolean proven, Instant begun) {
        double seconds = Duration.between(begun, Instant.now()).toMillis() / 1000.0;
        ObjectNode document = ServiceJson.object().put("proven", proven).put("seconds", seconds);
        document.set("steps", ServiceJson.tree(outcomes));
        return document;
    }

    private TextTable table() {
        TextTable table = new TextTable(">", "STEP", ">TIME", ">ROWS", ">BYTES", "PROVEN BY");
        for (StepResult stepResult : outcomes) {
            Long rows = stepResult.rows();
            Long bytes = stepResult.bytes();
            table.row(
                    Integer.toString(outcomes.indexOf(stepResult) + 1),
                    stepResult.step(),
                    HumanFormat.duration(stepResult.took()),
                    rows == null ? "" : HumanFormat.count(rows),
                    bytes == null ? "" : HumanFormat.bytes(bytes),
                    stepResult.proof());
        }
        return table;
    }

    /** With --keep everything goes on running, to be looked at, until Ctrl-C. */
    private void stay(DemoEnvironment demoEnvironment) throws InterruptedException {
        if (!keep) {
            return;
        }
        demoEnvironment.describe().forEach(output::note);
        interrupted.await();
    }

    /** Once; the second caller waits for the first. Logs of a demo that failed, and what is kept, stay. */
    private void clean(DemoEnvironment demoEnvironment) {
        synchronized (cleaning) {
            if (cleaned) {
                return;
            }
            cleaned = true;
            demoEnvironment.close();
            if (!keep) {
                delete(demoEnvironment);
            }
        }
    }

    private void delete(DemoEnvironment demoEnvironment) {
        try {
            if (failed && Files.exists(demoEnvironment.logs())) {
                demoEnvironment.clearButLogs();
                output.note("holdfast: the logs are in " + demoEnvironment.logs());
            } else {
                LocalFolders.delete(demoEnvironment.folder());
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
            throw CommandException.failed("everything was proven, but not cleaned up: " + processes
                    + " processes still run, and " + folder + (Files.exists(folder) ? " is still there" : " is gone"));
        }
    }
}
