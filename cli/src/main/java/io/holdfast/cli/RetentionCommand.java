package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.RetentionResponse;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "retention",
        description = {
            "Applies the retention policy of a source now, and says of each backup why it is kept or deleted. The service"
                    + " also does this daily and after each proof."
        },
        footer = {
            "",
            "Exits with 1 if a backup could not be deleted, and with 3 while a changed policy waits for --accept.",
            "",
            "Examples:",
            "  ./holdfast retention portal --dry-run",
            "  ./holdfast retention portal",
            "  ./holdfast retention portal --accept"
        })
final class RetentionCommand extends ServerCommand {
    @Parameters(paramLabel = "SOURCE", description = "The source.")
    private String source;

    @Option(names = "--dry-run", description = "Only show the plan; delete nothing.")
    private boolean dryRun;

    @Option(names = "--accept", description = "Accept a changed policy that waits, and let the service apply it.")
    private boolean accept;

    @Override
    void run() {
        if (dryRun && accept) {
            throw CommandException.usage("--dry-run changes nothing and --accept does; use one of them");
        }
        if (accept) {
            accept();
        } else {
            plan();
        }
    }

    private void accept() {
        JsonNode accepted = api().post(Service.BACKUP, "/api/retention/acceptance", Map.of("source", source));
        output().document(accepted);
        output().say("the retention policy of " + source + " is accepted; the next run, which starts now, deletes "
                + accepted.path("backups").size() + " proven backups");
    }

    private void plan() {
        JsonNode document =
                api().post(Service.BACKUP, "/api/retention/runs", Map.of("source", source, "dryRun", dryRun));
        RetentionResponse run = ServiceJson.read(document, RetentionResponse.class);
        if (run.failed() == 0 && (dryRun || !run.waiting())) {
            output().document(document);
        }
        show(run);
        if (run.failed() > 0) {
            throw CommandException.failed(
                    "source " + source + ": " + run.failed()
                            + " backups could not be deleted; the next run tries again",
                    document);
        }
        if (run.waiting() && !dryRun) {
            throw CommandException.refused("source " + source + ": " + run.suspended(), document);
        }
    }

    private void show(RetentionResponse run) {
        if (run.items().isEmpty()) {
            output().say("source " + source + " has no backup in the vault");
            return;
        }
        TextTable table = new TextTable("BACKUP", "TAKEN", "STATE", "RETENTION", "BECAUSE");
        run.items().forEach(item -> row(table, item));
        output().say(table);
        if (run.suspended() != null) {
            output().say("nothing is deleted: " + run.suspended());
        }
        output().say(
                        dryRun
                                ? run.toDelete() + " of " + run.items().size() + " backups would be deleted, "
                                        + HumanFormat.bytes(run.bytes()) + " stored"
                                : run.deleted() + " of " + run.items().size() + " backups are deleted, "
                                        + HumanFormat.bytes(run.bytes()) + " stored"
                                        + (run.remaining() == 0
                                                ? ""
                                                : "; the service goes on with " + run.remaining()));
    }

    static void row(TextTable table, RetentionResponse.Item item) {
        String state = item.state() + (item.kind().equals("SAFETY") ? " (safety)" : "");
        String why = item.failure() == null ? item.because() : item.failure();
        table.row(item.backup(), HumanFormat.instant(item.takenAt()), state, item.verdict(), why);
    }
}
