package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.jobs.Watch;
import io.holdfast.cli.rest.Api;
import io.holdfast.cli.rest.CommandFailure;
import io.holdfast.cli.rest.Json;
import io.holdfast.cli.rest.Restore;
import io.holdfast.devstack.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        description = {
            "Restores a source's database into a new one beside it, and compares every row before handing it over.",
            "The newest proven backup is taken unless another is chosen. Nothing live is touched."
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast restore portal --into portal_copy",
            "  ./holdfast restore portal --label before-migration --into portal_before",
            "  ./holdfast restore portal --emergency --into portal_rescued --yes"
        })
final class RestoreCommand extends ServerCommand {
    static final class Choice {
        @Option(names = "--backup", paramLabel = "ID", description = "This backup.")
        private @Nullable UUID backup;

        @Option(
                names = "--at",
                paramLabel = "INSTANT",
                description = "The newest one with data of this instant or before: 2026-01-15T14:30:00Z.")
        private @Nullable Instant at;

        @Option(names = "--label", paramLabel = "LABEL", description = "The newest one with this label.")
        private @Nullable String label;

        @SuppressWarnings("UnusedVariable") // declared for picocli
        @Option(names = "--emergency", description = "The newest proven one, which is also the default.")
        private boolean emergency;
    }

    @Parameters(paramLabel = "SOURCE", description = "The source's name; see ./holdfast sources.")
    private String source;

    @ArgGroup(exclusive = true)
    private @Nullable Choice choice;

    @Option(names = "--into", paramLabel = "DB", required = true, description = "The new database; it must not exist.")
    private String database;

    @SuppressWarnings("UnusedVariable") // declared for picocli
    @Option(
            names = "--yes",
            description = "Don't ask. A restore into a new database never asks; those that replace something will.")
    private boolean yes;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "4h",
            description = "How long to wait (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    void run() {
        Api api = api();
        JsonNode requested = Sources.hinting(api, source, () -> api.post(Service.RESTORE, "/api/restores", request()));
        String id = requested.path("id").asText();
        String backup = requested.path("backupId").asText("");
        output().say("restore " + id + " of " + source + " into " + database + " is requested"
                + (backup.isEmpty() ? "" : ", from backup " + backup));
        JsonNode ended = new Watch(context().pace(), output(), timeout)
                .until(
                        "restore into " + database,
                        () -> api.get(Service.RESTORE, "/api/restores/" + id),
                        job -> Json.read(job, Restore.class).ended());
        Restore restore = Json.read(ended, Restore.class);
        if (!restore.completed()) {
            throw CommandFailure.failed("restore " + id + " is " + restore.state() + ": " + restore.why(), ended);
        }
        output().document(ended);
        Descriptions.lines(restore).forEach(output()::say);
        List<Restore.TableResult> results = restore.tableResults();
        if (results != null) {
            long equal = results.stream().filter(Restore.TableResult::equal).count();
            output().say("compared   " + equal + " of " + results.size() + " tables are equal to the backup");
        }
    }

    private Map<String, Object> request() {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("source", source);
        Choice chosen = choice;
        if (chosen != null) {
            put(request, "backup", chosen.backup);
            put(request, "at", chosen.at);
            put(request, "label", chosen.label);
        }
        request.put("target", Map.of("kind", "new", "database", database));
        return request;
    }

    private static void put(Map<String, Object> request, String name, @Nullable Object value) {
        if (value != null) {
            request.put(name, value);
        }
    }
}
