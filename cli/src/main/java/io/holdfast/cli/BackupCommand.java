package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.jobs.Proof;
import io.holdfast.cli.jobs.Watch;
import io.holdfast.cli.rest.Api;
import io.holdfast.cli.rest.Backup;
import io.holdfast.cli.rest.CommandFailure;
import io.holdfast.cli.rest.Json;
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
        Api api = api();
        JsonNode requested = Sources.hinting(
                api,
                source,
                () -> api.post(Service.BACKUP, "/api/backups", Map.of("source", source, "labels", labels)));
        String id = requested.path("id").asText();
        output().say("backup " + id + " of " + source + " is requested");
        JsonNode ended = switch (until) {
            case NONE -> requested;
            case STORED -> stored(api, id);
            case PROVEN -> proven(api, id);
        };
        output().document(ended);
        Descriptions.lines(Json.read(ended, Backup.class)).forEach(output()::say);
    }

    private JsonNode stored(Api api, String id) {
        JsonNode ended = watch().until(
                        "backup of " + source, () -> api.get(Service.BACKUP, "/api/backups/" + id), job -> {
                            Backup backup = Json.read(job, Backup.class);
                            return backup.stored() || backup.lost();
                        });
        Backup backup = Json.read(ended, Backup.class);
        if (!backup.stored()) {
            throw CommandFailure.failed("backup " + id + " is " + backup.state() + ": " + backup.why(), ended);
        }
        return ended;
    }

    private JsonNode proven(Api api, String id) {
        Proof proof = new Proof(api, context().pace().clock(), id);
        JsonNode ended = watch().until("backup of " + source, proof::fetch, Proof::decided);
        Proof.require(ended);
        return ended;
    }

    private Watch watch() {
        return new Watch(context().pace(), output(), timeout);
    }
}
