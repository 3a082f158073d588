package io.holdfast.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.local.SampleDatabase;
import io.holdfast.devstack.Service;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The role that reads the portal may not log in for a while: an alert fires, and ends with the next backup. */
final class AlertSteps {
    /** Failures in a row after which a source outside production has an alert. */
    private static final int FAILURES = 3;

    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);
    private static final String RULE = "backup-failed";
    private static final String TITLE = "Backup failed: " + SampleDatabase.NAME;

    private final DemoEnvironment demoEnvironment;

    AlertSteps(DemoEnvironment demoEnvironment) {
        this.demoEnvironment = demoEnvironment;
    }

    StepResult.Found raise() throws Exception {
        demoEnvironment.portal().letReaderLogIn(false);
        for (int i = 0; i < FAILURES; i++) {
            String state = ended(backUp());
            require(state.equals("FAILED"), "a backup without a login is " + state);
        }
        JsonNode alert = awaitAlert("FIRING");
        awaitMessage(TITLE);
        return StepResult.Found.proof("alert " + RULE + " fires after " + FAILURES
                + " failures, and Slack was told once: " + alert.path("summary").asText());
    }

    StepResult.Found resolve() throws Exception {
        demoEnvironment.portal().letReaderLogIn(true);
        String state = ended(backUp());
        require(!state.equals("FAILED"), "the backup with a login is " + state);
        JsonNode alert = awaitAlert("RESOLVED");
        awaitMessage("Resolved: " + TITLE);
        return StepResult.Found.proof("the alert ended with the next backup; "
                + alert.path("lost").asLong() + " runs were lost, and Slack was told");
    }

    private String backUp() {
        return demoEnvironment
                .api()
                .post(Service.BACKUP, "/api/backups", Map.of("source", SampleDatabase.NAME))
                .path("id")
                .asText();
    }

    private String ended(String backup) throws InterruptedException {
        return await("backup " + backup + " does not end", () -> {
            String state = demoEnvironment
                    .api()
                    .get(Service.BACKUP, "/api/backups/" + backup)
                    .path("state")
                    .asText();
            return state.equals("REQUESTED") || state.equals("RUNNING") ? "" : state;
        });
    }

    private JsonNode awaitAlert(String state) throws InterruptedException {
        return await("the alert " + RULE + " is not " + state, () -> {
            JsonNode alerts = demoEnvironment
                    .api()
                    .get(Service.NOTIFIER, "/api/alerts", Map.of("source", SampleDatabase.NAME, "state", state))
                    .path("items");
            for (JsonNode alert : alerts) {
                if (alert.path("rule").asText().equals(RULE)) {
                    return alert;
                }
            }
            return null;
        });
    }

    private void awaitMessage(String title) throws InterruptedException {
        String unused = await(
                "Slack was not told \"" + title + "\"",
                () -> caught().slack().stream()
                        .filter(text -> text.contains(title))
                        .findFirst()
                        .orElse(""));
    }

    private CaughtMessages caught() throws IOException, InterruptedException {
        return CaughtMessages.caught(demoEnvironment.addresses().catcher().http());
    }

    @FunctionalInterface
    private interface Look<T> {
        /** Null or an empty text to look again. */
        @Nullable
        T now() throws IOException, InterruptedException;
    }

    private static <T> T await(String otherwise, Look<T> look) throws InterruptedException {
        Instant end = Instant.now().plus(SETTLED_WITHIN);
        do {
            try {
                T found = look.now();
                if (found != null && !found.equals("")) {
                    return found;
                }
            } catch (IOException e) {
                throw new DemoStepException(otherwise + ": " + e.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(200);
        } while (Instant.now().isBefore(end));
        throw new DemoStepException(otherwise);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new DemoStepException(otherwise);
        }
    }
}
