package io.holdfast.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.local.SampleDatabase;
import io.holdfast.cli.rest.ActivityResponse;
import io.holdfast.cli.rest.CoverageResponse;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What others heard of it: people by Slack and mail, and the activity log. */
final class NotificationEvidence {
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);
    private static final Set<String> DONE = Set.of("DELIVERED", "SKIPPED");
    private static final int WANTED_PER_CHANNEL = 5; // two stored, two proven, one restored
    private static final int MANY = 1000;

    private final DemoEnvironment demoEnvironment;

    NotificationEvidence(DemoEnvironment demoEnvironment) {
        this.demoEnvironment = demoEnvironment;
    }

    StepResult.Found messages() throws IOException, InterruptedException {
        CaughtMessages caught =
                CaughtMessages.caught(demoEnvironment.addresses().catcher().http());
        Instant end = Instant.now().plus(SETTLED_WITHIN);
        while (missing(caught) && Instant.now().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(200);
            caught = CaughtMessages.caught(demoEnvironment.addresses().catcher().http());
        }
        CommandOutput output = demoEnvironment.output();
        caught.slack().forEach(text -> output.say("  Slack  " + text));
        caught.mails().forEach(text -> output.say("  mail   " + text));
        if (missing(caught)) {
            throw new DemoStepException("only " + caught.slack().size() + " Slack messages and "
                    + caught.mails().size() + " mails came, " + WANTED_PER_CHANNEL + " of each were due");
        }
        requireOnce();
        return StepResult.Found.proof(
                caught.slack().size() + " Slack messages and " + caught.mails().size() + " mails caught, each once");
    }

    StepResult.Found activity() throws InterruptedException {
        JsonNode lines = lines();
        Instant end = Instant.now().plus(SETTLED_WITHIN);
        while (!complete(lines) && Instant.now().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(200);
            lines = lines();
        }
        demoEnvironment.output().say(table(lines));
        require(complete(lines), "the activity log lacks a backup or the restore");
        List<String> gaps = new ArrayList<>();
        long recorded = 0;
        for (JsonNode item : demoEnvironment
                .api()
                .get(Service.AUDIT, "/api/activity/coverage")
                .path("items")) {
            CoverageResponse coverage = ServiceJson.read(item, CoverageResponse.class);
            recorded += coverage.recorded();
            if (!coverage.complete()) {
                gaps.add(coverage.topic() + "/" + coverage.partition() + " " + coverage.gaps());
            }
        }
        require(recorded > 0, "the activity log says it recorded no event");
        require(gaps.isEmpty(), "the activity log has gaps: " + String.join(", ", gaps));
        return StepResult.Found.proof(recorded + " events recorded, no gap in any partition");
    }

    private JsonNode lines() {
        return demoEnvironment
                .api()
                .list(Service.AUDIT, "/api/activity", Map.of("source", SampleDatabase.NAME), MANY)
                .path("items");
    }

    private static boolean complete(JsonNode lines) {
        int backups = 0;
        boolean restored = false;
        for (JsonNode line : lines) {
            String action = line.path("action").asText();
            backups += action.equals("database_backup_created") ? 1 : 0;
            restored |= action.equals("database_restored");
        }
        return backups >= 2 && restored;
    }

    private static TextTable table(JsonNode lines) {
        TextTable table = new TextTable("  WHEN", "ACTION", "OF", "STATUS", "OPERATOR");
        for (JsonNode line : lines) {
            ActivityResponse activity = ServiceJson.read(line, ActivityResponse.class);
            table.row(
                    "  " + HumanFormat.instant(activity.createdAt()),
                    activity.action(),
                    orDash(activity.entityType()) + " " + orDash(activity.entityId()),
                    orDash(activity.status()),
                    orDash(activity.operator()));
        }
        return table;
    }

    private static String orDash(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "-" : text;
    }

    private static boolean missing(CaughtMessages caught) {
        return caught.slack().size() < WANTED_PER_CHANNEL || caught.mails().size() < WANTED_PER_CHANNEL;
    }

    /** By the notifier's own book: every delivery arrived or was unnecessary, and no event was told twice on a channel. */
    private void requireOnce() {
        Set<String> told = new HashSet<>();
        for (JsonNode delivery : demoEnvironment
                .api()
                .list(Service.NOTIFIER, "/api/deliveries", Map.of(), MANY)
                .path("items")) {
            String one = delivery.path("channel").asText() + " of event "
                    + delivery.path("aboutSource").asText() + " "
                    + delivery.path("aboutId").asText();
            require(told.add(one), "told twice on " + one);
            require(
                    DONE.contains(delivery.path("state").asText()),
                    "not delivered on " + one + ": "
                            + delivery.path("lastError").asText());
        }
        require(told.size() >= 2 * WANTED_PER_CHANNEL, "the notifier knows of " + told.size() + " deliveries only");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new DemoStepException(otherwise);
        }
    }
}
