package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.jobs.JobPoller;
import io.holdfast.cli.jobs.ProofPoller;
import io.holdfast.cli.rest.BackupResponse;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.devstack.Service;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "backup",
        description = "Takes a backup of a source now, and waits for it.",
        footer = {
            "",
            "Examples:",
            "  ./holdfast backup portal",
            "  ./holdfast backup portal --label before-migration \\",
            "    --wait proven --timeout 15m",
            "  ./holdfast backup portal --wait none --json"
        })
final class BackupCommand extends ServerCommand {
    enum Until {
        NONE,
        STORED,
        PROVEN
    }

    @Parameters(paramLabel = "SOURCE", description = "The source's name; see ./holdfast sources.")
    private String source;

    @Option(
            names = {"-l", "--label"},
            paramLabel = "LABEL",
            description = "For finding it again; may be repeated.")
    private List<String> labels = List.of();

    @Option(
            names = "--wait",
            paramLabel = "STATE",
            defaultValue = "stored",
            description = "stored: in the vault (default); proven: restored and compared; none: only requested.")
    private Until until;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30m",
            description = "How long to wait, such as 90s, 30m, 2h (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        JsonNode requested = SourceNameHints.hinting(
                holdfastClient,
                source,
                () -> holdfastClient.post(Service.BACKUP, "/api/backups", Map.of("source", source, "labels", labels)));
        String id = requested.path("id").asText();
        output().say("backup " + id + " of " + source + " is requested");
        JsonNode ended = switch (until) {
            case NONE -> requested;
            case STORED -> stored(holdfastClient, id);
            case PROVEN -> proven(holdfastClient, id);
        };
        output().document(ended);
        BackupResponse backup = ServiceJson.read(ended, BackupResponse.class);
        DetailFormatter.lines(backup).forEach(output()::say);
        ProofCheckReader.lines(holdfastClient, backup).forEach(output()::say);
    }

    private JsonNode stored(HoldfastClient holdfastClient, String id) {
        JsonNode ended = watch().until(
                        "backup of " + source, () -> holdfastClient.get(Service.BACKUP, "/api/backups/" + id), job -> {
                            BackupResponse backup = ServiceJson.read(job, BackupResponse.class);
                            return backup.stored() || backup.lost();
                        });
        BackupResponse backup = ServiceJson.read(ended, BackupResponse.class);
        if (!backup.stored()) {
            throw CommandException.failed("backup " + id + " is " + backup.state() + ": " + backup.why(), ended);
        }
        return ended;
    }

    private JsonNode proven(HoldfastClient holdfastClient, String id) {
        ProofPoller proofPoller =
                new ProofPoller(holdfastClient, context().pace().clock(), id);
        JsonNode ended = watch().until("backup of " + source, proofPoller::fetch, ProofPoller::decided);
        ProofPoller.require(ended);
        return ended;
    }

    private JobPoller watch() {
        return new JobPoller(context().pace(), output(), timeout);
    }
}
