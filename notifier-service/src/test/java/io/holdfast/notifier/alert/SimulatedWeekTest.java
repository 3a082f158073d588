package io.holdfast.notifier.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.rule.AlertRule;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedWeekTest {
    private static final Duration STEP = Duration.ofMinutes(1);

    private static String yaml(int sources, String schedule) {
        return """
                holdfast:
                  vault: { bucket: backups, key-file: vault.key }
                  channels:
                    ops: { type: slack, webhook: { env: A } }
                  notifications: { notify: [ops] }
                  sources:
                %s
                """.formatted(IntStream.range(0, sources)
                .mapToObj(i -> "    s" + i + ": { engine: sqlite, url: \"sqlite:/data/" + i
                        + ".db\", environment: production, schedule: { backups: [\"" + schedule + "\"] } }")
                .collect(Collectors.joining("\n")));
    }

    /** Ten sources with four backups a day; on Tuesday an hour without S3, on Thursday a source that comes and goes. */
    @Test
    void aWeekWithAnOutageAndAFlappingSourceIsAHandfulOfMessages() {
        Simulation week = new Simulation(yaml(10, "0 */6 * * *"));
        Instant outage = Instant.parse("2026-03-03T06:00:00Z");
        Instant flapping = Instant.parse("2026-03-05T10:00:00Z");

        while (week.now.isBefore(Simulation.BEGIN.plus(Duration.ofDays(7)))) {
            week.until(week.now.plus(STEP), STEP);
            backups(week, outage);
            flap(week, flapping);
        }

        assertThat(week.sent).hasSizeBetween(4, 11);
        assertThat(week.sent.stream().filter(sent -> day(sent) == 3).toList())
                .extracting(
                        sent -> sent.message().reason() + " " + sent.message().group())
                .as(
                        "the outage: backups that hang, its begin, its end with the sources that it left without a backup, their"
                                + " reminder, and their ends")
                .containsExactly(
                        "FIRST backup-stuck",
                        "FIRST vault",
                        "NEW_IN_GROUP vault",
                        "REPEAT_DUE vault",
                        "RESOLVED vault",
                        "RESOLVED vault",
                        "RESOLVED vault");
        assertThat(week.sent.stream()
                        .filter(sent -> day(sent) != 3 && day(sent) != 5)
                        .toList())
                .as("days without trouble")
                .isEmpty();
    }

    private static int day(Simulation.Sent sent) {
        return sent.at().atZone(java.time.ZoneOffset.UTC).getDayOfMonth();
    }

    /** Each source runs five minutes after its slot, one after the other; during the outage it fails an hour later. */
    private static void backups(Simulation week, Instant outage) {
        long second = Duration.between(Simulation.BEGIN, week.now).toSeconds()
                % Duration.ofHours(6).toSeconds();
        boolean out = !week.now.isBefore(outage) && week.now.isBefore(outage.plus(Duration.ofHours(3)));
        for (int i = 0; i < 10; i++) {
            long ends = 300 + 60L * i;
            if (second == 60) {
                week.started("s" + i);
            }
            if (!out && second == ends) {
                week.stored("s" + i);
            }
            // retry-for: an hour of attempts, then the failure; the vault is back a little later
            if (out && second == ends + 3_300) {
                week.failed("s" + i, FailureCode.VAULT_UNREACHABLE);
            }
        }
        // the first backup after the outage: by hand
        if (week.now.equals(outage.plus(Duration.ofMinutes(90)))) {
            week.stored("s0");
        }
    }

    /** Down for three minutes of every six, for two hours. */
    private static void flap(Simulation week, Instant begin) {
        long second = Duration.between(begin, week.now).toSeconds();
        if (second >= 0 && second < 7_200 && second % 180 == 0) {
            if (second / 180 % 2 == 0) {
                week.raise("source-down", "s3", "CRITICAL", "host db:5432");
            } else {
                week.resolve("source-down", "s3");
            }
        }
    }

    @Test
    void anOpenSignatureIsAMessageEachWeek() {
        Simulation platform = new Simulation(yaml(1, "0 2 * * *"));
        platform.raise("drill-unsigned", "s0", "WARNING", null);

        platform.until(Simulation.BEGIN.plus(Duration.ofDays(15)), Duration.ofMinutes(10));

        assertThat(platform.sent.stream()
                        .filter(sent -> sent.message().group().equals("drill-unsigned"))
                        .toList())
                .extracting(sent -> sent.message().reason())
                .containsExactly(
                        NotificationReason.FIRST, NotificationReason.REPEAT_DUE, NotificationReason.REPEAT_DUE);
    }

    @Test
    void anOutageOverFortySourcesIsOneMessageWithAList() {
        Simulation platform = new Simulation(yaml(40, "0 2 * * *"));
        IntStream.range(0, 40).forEach(i -> platform.failed("s" + i, FailureCode.VAULT_UNREACHABLE));

        platform.pass(Duration.ofHours(2));

        assertThat(platform.sent).hasSize(1);
        PlannedMessage message = platform.sent.getFirst().message();
        assertThat(message.firing()).extracting(alert -> alert.rule).containsExactly(AlertRule.VAULT_UNREACHABLE);
        assertThat(message.affected()).hasSize(40);
        Notification notice = AlertMessages.of(message, null, platform.now);
        assertThat(notice.title()).isEqualTo("Vault unreachable");
        assertThat(notice.facts())
                .anySatisfy(fact -> assertThat(fact.value()).startsWith("40: backup failed s0, backup failed s1"));
    }

    @Test
    void tenThousandAlertsAreOneBoundedMessage() {
        Simulation platform = new Simulation(yaml(1, "0 2 * * *"));
        for (int i = 0; i < 10_000; i++) {
            platform.raise("restore-watch", "s" + i, "CRITICAL", "host db" + i);
        }

        platform.pass(Duration.ofMinutes(1));

        assertThat(platform.sent).hasSize(1);
        PlannedMessage message = platform.sent.getFirst().message();
        assertThat(message.firing()).hasSize(10_000);
        Notification notice = AlertMessages.of(message, "https://holdfast.example/link", platform.now);
        assertThat(notice.text()).hasSizeLessThan(8_000).contains("… and 9,980 more");
        assertThat(notice.title()).isEqualTo("10,000 alerts fire: restore trouble (10000)");
    }

    @Test
    void tenThousandSourcesWithoutACommonCauseAreOneMessageToo() {
        Simulation platform = new Simulation(yaml(1, "0 2 * * *"));
        for (int i = 0; i < 10_000; i++) {
            platform.raise(i % 2 == 0 ? "disk-space" : "size-anomaly", "s" + i, "WARNING", null);
        }

        platform.pass(Duration.ofMinutes(1));

        assertThat(platform.sent).hasSize(2); // one for each rule
    }

    @Test
    void aRecoveryTellsHowLongItLastedAndHowManyRunsWereLost() {
        Simulation platform = new Simulation(yaml(1, "0 2 * * *"));
        platform.failed("s0", FailureCode.SOURCE_UNREACHABLE);
        platform.pass(Duration.ofMinutes(10));
        platform.failed("s0", FailureCode.SOURCE_UNREACHABLE);
        platform.pass(Duration.ofMinutes(50));
        platform.stored("s0");
        platform.pass(Duration.ofMinutes(10));

        PlannedMessage last = platform.sent.getLast().message();
        assertThat(last.reason()).isEqualTo(NotificationReason.RESOLVED);
        Notification notice = AlertMessages.of(last, null, platform.now);
        assertThat(notice.title()).isEqualTo("Resolved: Backup failed: s0");
        assertThat(notice.text()).isEqualTo("It lasted 1 h 0 min; 2 runs were lost.");
        assertThat(platform.sent).hasSize(2);
    }

    @Test
    void aSecondSourceOfOneCauseIsNamedAfterTheInterval() {
        Simulation platform = new Simulation(yaml(2, "0 2 1 1 *"));
        platform.raise("source-down", "s0", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofMinutes(1));
        platform.raise("source-down", "s1", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofMinutes(10));

        assertThat(platform.sent)
                .extracting(sent -> sent.message().reason())
                .containsExactly(NotificationReason.FIRST, NotificationReason.NEW_IN_GROUP);
        assertThat(AlertMessages.of(platform.sent.getLast().message(), null, platform.now)
                        .text())
                .contains("source-down of s0", "source-down of s1");
    }

    @Test
    void whatEndsWithinTheWaitIsNotSent() {
        Simulation platform = new Simulation(yaml(1, "0 2 1 1 *"));
        platform.raise("source-down", "s0", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofSeconds(20));
        platform.resolve("source-down", "s0");
        platform.pass(Duration.ofHours(6));

        assertThat(platform.sent).isEmpty();
        assertThat(platform.state.alerts).isEmpty(); // settled, and forgotten
    }

    /** An alert that ended within the wait began the group; the next one, an hour later, is gathered with its siblings. */
    @Test
    void alertsOfAGroupThatWasQuietAreGatheredAgain() {
        Simulation platform = new Simulation(yaml(3, "0 2 1 1 *"));
        platform.raise("source-down", "s0", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofSeconds(20));
        platform.resolve("source-down", "s0");
        platform.pass(Duration.ofHours(1));
        platform.raise("source-down", "s1", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofSeconds(20));
        platform.raise("source-down", "s2", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofMinutes(1));

        assertThat(platform.sent).hasSize(1);
        assertThat(platform.sent.getFirst().message().firing()).hasSize(2);
    }

    @Test
    void anAlertThatLastsIsRepeatedEveryFourHours() {
        Simulation platform = new Simulation(yaml(1, "0 2 1 1 *"));
        platform.raise("source-down", "s0", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofHours(9));

        assertThat(platform.sent)
                .extracting(sent -> sent.message().reason())
                .containsExactly(
                        NotificationReason.FIRST, NotificationReason.REPEAT_DUE, NotificationReason.REPEAT_DUE);
    }
}
