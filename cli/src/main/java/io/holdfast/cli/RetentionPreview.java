package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.RetentionResponse;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.config.Durations;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.RetentionConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.devstack.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The backups that the retention policies of a local holdfast.yaml would delete on a running platform. */
final class RetentionPreview {
    private final JsonNode items;

    private RetentionPreview(JsonNode items) {
        this.items = items;
    }

    /** Sends the policies; nothing changes there. */
    static RetentionPreview of(HoldfastConfig config, HoldfastClient client) {
        ObjectNode request = ServiceJson.object();
        ObjectNode sources = request.putObject("sources");
        config.sources().forEach((name, source) -> sources.set(name, policy(source)));
        return new RetentionPreview(
                client.post(Service.BACKUP, "/api/retention/preview", request).path("items"));
    }

    private static ObjectNode policy(SourceConfig source) {
        RetentionConfig retention = source.retention();
        ObjectNode policy = ServiceJson.object().put("all", Durations.format(retention.all()));
        put(policy, "daily", retention.daily());
        put(policy, "weekly", retention.weekly());
        put(policy, "monthly", retention.monthly());
        put(policy, "yearly", retention.yearly());
        policy.put("atLeast", retention.atLeast());
        policy.put("unproven", Durations.format(retention.unproven()));
        policy.put("guard", retention.guard().toString());
        ObjectNode labels = policy.putObject("labels");
        retention.labels().forEach((label, age) -> labels.put(label, Durations.format(age)));
        policy.put("timezone", source.schedule().timezone().getId());
        put(policy, "rpo", source.objectives().rpo());
        return policy;
    }

    private static void put(ObjectNode policy, String key, Optional<Duration> duration) {
        duration.ifPresent(set -> policy.put(key, Durations.format(set)));
    }

    JsonNode items() {
        return items;
    }

    void show(CommandOutput output) {
        TextTable table = new TextTable("SOURCE", "BACKUP", "TAKEN", "STATE", "BECAUSE");
        List<String> notes = new ArrayList<>();
        items.forEach(item -> add(table, notes, ServiceJson.read(item, RetentionResponse.Preview.class)));
        if (table.isEmpty()) {
            output.say("retention: no backup would be deleted");
        } else {
            output.say("retention: backups that the policies of this file would delete");
            output.say(table);
        }
        notes.forEach(output::say);
    }

    private static void add(TextTable table, List<String> notes, RetentionResponse.Preview preview) {
        String source = preview.source();
        preview.deletes()
                .forEach(item -> table.row(
                        source, item.backup(), HumanFormat.instant(item.takenAt()), item.state(), item.because()));
        if (!preview.known()) {
            notes.add("source " + source + ": not known to the platform, so nothing of it is deleted");
            return;
        }
        if (!preview.deletes().isEmpty()) {
            notes.add("source " + source + ": " + preview.deletes().size() + " of " + preview.backups()
                    + " backups"
                    + (preview.waits()
                            ? "; more than the guard allows, so the policy would wait for ./holdfast retention "
                                    + source + " --accept"
                            : ""));
        }
        if (preview.suspended() != null) {
            notes.add("source " + source + ": nothing is deleted at the moment: " + preview.suspended());
        }
    }
}
