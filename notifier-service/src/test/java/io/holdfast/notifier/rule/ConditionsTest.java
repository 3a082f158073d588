package io.holdfast.notifier.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.notifier.watch.DrillFacts;
import io.holdfast.notifier.watch.PlatformFacts;
import io.holdfast.notifier.watch.PlatformFacts.DeadLetters;
import io.holdfast.notifier.watch.PlatformFacts.ReportedAlert;
import io.holdfast.notifier.watch.PlatformFacts.RestoreFacts;
import io.holdfast.notifier.watch.SourceFacts;
import io.holdfast.notifier.watch.SourceFacts.Begun;
import io.holdfast.notifier.watch.Trouble;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");
    private static final HoldfastConfig CONFIG =
            HoldfastConfig.parse("""
            holdfast:
              vault: { bucket: backups, key-file: vault.key }
              sources:
                portal:
                  engine: sqlite
                  url: "sqlite:/data/p.db"
                  environment: production
                  schedule: { backups: ["0 */6 * * *"] }
                  objectives: { rpo: 24h, rto: 10m }
                drilled:
                  engine: sqlite
                  url: "sqlite:/data/d.db"
                  schedule: { drills: ["0 3 1 * *"] }
                  objectives: { rto: 10m }
                lab: { engine: sqlite, url: "sqlite:/data/l.db", environment: staging }
            """, Path.of("holdfast.yaml"), Environment.of(Map.of()));

    /** A source that is well: its last backup was stored and proven at 06:05, usually in 5 minutes. */
    private static final class Source {
        final String name;
        Instant known = NOW.minus(Duration.ofDays(30));

        @Nullable
        Instant pausedFrom;

        @Nullable
        Instant pausedUntil;

        @Nullable
        Trouble failed;

        @Nullable
        Trouble inconclusive;

        @Nullable
        Trouble bad;

        @Nullable
        Instant last = at("06:05");

        @Nullable
        Instant proven = at("06:00");

        @Nullable
        Begun running;

        @Nullable
        Duration usual = Duration.ofMinutes(5);

        @Nullable
        Begun unjudged;

        Source(String name) {
            this.name = name;
        }

        SourceFacts facts() {
            return new SourceFacts(
                    name,
                    known,
                    pausedFrom,
                    pausedUntil,
                    failed,
                    inconclusive,
                    bad,
                    last,
                    proven,
                    proven,
                    running,
                    usual,
                    unjudged);
        }
    }

    private static Instant at(String time) {
        return Instant.parse("2026-03-02T" + time + ":00Z");
    }

    private static Trouble trouble(FailureCode code, int count) {
        return new Trouble("b-1", code, "it broke", at("06:05"), at("06:10"), count);
    }

    private static List<Condition> at(Instant now, Source... sources) {
        Map<String, SourceFacts> facts = new java.util.TreeMap<>();
        for (Source source : sources) {
            facts.put(source.name, source.facts());
        }
        return Conditions.of(
                new PlatformFacts(facts, List.of(), List.of(), List.of(), List.of(), null, List.of()), CONFIG, now);
    }

    private static List<AlertRule> firing(List<Condition> conditions) {
        return conditions.stream()
                .filter(Condition::firing)
                .map(Condition::rule)
                .toList();
    }

    @Test
    void aSourceThatIsWellHasNoCondition() {
        assertThat(at(NOW.plusSeconds(1_799), new Source("portal"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"portal, 1, true", "lab, 1, false", "lab, 2, false", "lab, 3, true"})
    void aFailureFiresAtOnceInProductionAndAfterThreeElsewhere(String name, int failures, boolean fires) {
        Source source = new Source(name);
        source.failed = trouble(FailureCode.SOURCE_CORRUPT, failures);

        List<Condition> found = at(at("06:20"), source);

        assertThat(found).hasSize(1).first().satisfies(condition -> {
            assertThat(condition.rule()).isEqualTo(AlertRule.BACKUP_FAILED);
            assertThat(condition.firing()).isEqualTo(fires);
            assertThat(condition.occurrences()).isEqualTo(failures);
        });
    }

    /** The slots are at 00, 06, 12 and 18 o'clock; a backup is late after half an hour. */
    @ParameterizedTest
    @CsvSource({"12:29, 0", "12:31, 1", "18:29, 1", "18:31, 2"})
    void aBackupIsMissedByTheScheduleOfTheConfiguration(String now, int slots) {
        List<Condition> found = at(at(now), new Source("portal"));

        assertThat(found).hasSize(slots == 0 ? 0 : 1).allSatisfy(condition -> {
            assertThat(condition.rule()).isEqualTo(AlertRule.BACKUP_MISSED);
            assertThat(condition.lost()).isEqualTo(slots);
            assertThat(condition.since()).isEqualTo(at("12:00"));
        });
    }

    @Test
    void aBackupThatRunsIsNotMissedAndOneThatFailedNeither() {
        Source running = new Source("portal");
        running.running = new Begun("b-2", at("12:01"));
        assertThat(firing(at(at("12:10"), running))).isEmpty();

        Source failed = new Source("portal");
        failed.failed = new Trouble("b-2", FailureCode.SOURCE_CORRUPT, "it broke", at("12:05"), at("12:05"), 1);
        assertThat(firing(at(at("13:00"), failed))).containsExactly(AlertRule.BACKUP_FAILED);
        assertThat(firing(at(at("19:00"), failed))).containsExactly(AlertRule.BACKUP_FAILED, AlertRule.BACKUP_MISSED);
    }

    @Test
    void slotsOfAPauseAndOfTheTimeBeforeTheSourceWasKnownAreNotMissed() {
        Source paused = new Source("portal");
        paused.pausedFrom = at("11:00");
        paused.pausedUntil = at("13:00");
        assertThat(firing(at(at("14:00"), paused))).isEmpty();

        Source young = new Source("portal");
        young.known = at("12:00");
        young.last = null;
        young.proven = null;
        assertThat(firing(at(at("14:00"), young))).isEmpty();
        assertThat(firing(at(at("18:31"), young))).containsExactly(AlertRule.BACKUP_MISSED);
    }

    @Test
    void aBackupIsStuckAfterThreeUsualTimes() {
        Source source = new Source("portal");
        source.usual = Duration.ofMinutes(20);
        source.running = new Begun("b-2", at("12:00"));

        assertThat(firing(at(at("13:00"), source))).isEmpty();
        assertThat(firing(at(at("13:01"), source))).containsExactly(AlertRule.BACKUP_STUCK);

        source.usual = null;
        assertThat(firing(at(at("17:59"), source))).isEmpty();
        assertThat(firing(at(at("18:01"), source))).containsExactly(AlertRule.BACKUP_STUCK);
    }

    @Test
    void aProofIsMissedAfterTwoHoursAndInconclusiveAfterThree() {
        Source source = new Source("portal");
        source.unjudged = new Begun("b-1", at("06:05"));
        assertThat(firing(at(at("08:05"), source))).isEmpty();
        assertThat(firing(at(at("08:06"), source))).containsExactly(AlertRule.PROOF_MISSED);

        source.unjudged = null;
        source.inconclusive = trouble(FailureCode.SCRATCH_UNAVAILABLE, 2);
        assertThat(firing(at(at("08:06"), source))).isEmpty();
        source.inconclusive = trouble(FailureCode.SCRATCH_UNAVAILABLE, 3);
        assertThat(firing(at(at("08:06"), source))).containsExactly(AlertRule.PROOF_INCONCLUSIVE);
    }

    @Test
    void aBadBackupIsCritical() {
        Source source = new Source("portal");
        source.bad = trouble(FailureCode.ROWS_DIFFER, 1);

        assertThat(at(at("08:00"), source)).hasSize(1).first().satisfies(condition -> {
            assertThat(condition.rule()).isEqualTo(AlertRule.PROOF_FAILED);
            assertThat(condition.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(condition.evidence()).containsEntry("backup", "b-1");
        });
    }

    @Test
    void theObjectiveIsMeasuredOnProvenData() {
        Source source = new Source("portal");
        source.running = new Begun("b-2", at("12:00"));
        source.usual = Duration.ofDays(2);
        source.proven = NOW.minus(Duration.ofHours(24));

        assertThat(firing(at(NOW, source))).isEmpty();
        assertThat(firing(at(NOW.plusSeconds(1), source))).containsExactly(AlertRule.RPO_BROKEN);
    }

    @Test
    void theVaultIsUnreachableUntilABackupOfAnySourceIsStored() {
        Source portal = new Source("portal");
        Source lab = new Source("lab");
        portal.failed = trouble(FailureCode.VAULT_UNREACHABLE, 1);
        lab.last = at("05:00");
        portal.last = at("00:05");

        List<Condition> found = at(at("06:20"), portal, lab);
        assertThat(firing(found)).containsExactly(AlertRule.BACKUP_FAILED, AlertRule.VAULT_UNREACHABLE);
        assertThat(found).allSatisfy(condition -> assertThat(condition.cause()).isEqualTo("vault"));

        lab.last = at("06:11");
        assertThat(firing(at(at("06:20"), portal, lab))).containsExactly(AlertRule.BACKUP_FAILED);
    }

    @Test
    void aRestoreIsSlowByItsObjectiveAndFailsUntilOneCompletes() {
        RestoreFacts slow =
                new RestoreFacts("r-1", "portal", at("11:49"), null, null, null, null, null, null, null, null);
        RestoreFacts other =
                new RestoreFacts("r-2", "lab", at("11:31"), null, null, null, null, null, null, null, null);
        RestoreFacts failed = new RestoreFacts(
                "r-3",
                "lab",
                at("10:00"),
                null,
                null,
                at("10:30"),
                "FAILED",
                "ROWS_DIFFER",
                "it broke",
                "UNTOUCHED",
                null);
        RestoreFacts done = new RestoreFacts(
                "r-4", "lab", at("10:40"), null, null, at("10:50"), "COMPLETED", null, null, null, null);

        assertThat(restores(slow, other)).containsExactly(AlertRule.RESTORE_SLOW);
        assertThat(restores(failed)).containsExactly(AlertRule.RESTORE_FAILED);
        assertThat(restores(failed, done)).isEmpty();
    }

    @Test
    void anApprovalWaitsAfterAnHour() {
        RestoreFacts waits =
                new RestoreFacts("r-1", "lab", null, at("10:59"), at("20:00"), null, null, null, null, null, null);
        RestoreFacts fresh =
                new RestoreFacts("r-1", "lab", null, at("11:01"), at("20:00"), null, null, null, null, null, null);

        assertThat(restores(waits)).containsExactly(AlertRule.APPROVAL_WAITING);
        assertThat(restores(fresh)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "UNTOUCHED, Nothing live was touched.",
        "PUT_BACK, The live database was put back as it was.",
        "CHANGED, The live database was changed and not put back. Stop its application"
    })
    void aFailedRestoreSaysExactlyOneStateOfTheLiveDatabase(String live, String sentence) {
        RestoreFacts failed = new RestoreFacts(
                "r-3",
                "lab",
                at("10:00"),
                null,
                null,
                at("10:30"),
                "FAILED",
                "ROWS_DIFFER",
                "it broke",
                live,
                "database lab_copy on db:5432");

        String summary = Conditions.of(
                        new PlatformFacts(Map.of(), List.of(), List.of(failed), List.of(), List.of(), null, List.of()),
                        CONFIG,
                        NOW)
                .getFirst()
                .summary();

        assertThat(summary).contains(sentence, "database lab_copy on db:5432");
        assertThat(List.of("Nothing live", "was put back as it was", "not put back"))
                .filteredOn(summary::contains)
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "source-down, SOURCE_UNREACHABLE",
        "size-anomaly, SIZE_ANOMALY",
        "pause-exceeds-rpo, PAUSE_EXCEEDS_RPO",
        "retention-guard, RETENTION_WAITING",
        "retention-failed, DELETION_FAILED",
        "disk-space, DISK_SPACE",
        "configuration-refused, CONFIG_REFUSED",
        "data-checks-failed, CHECKS_FAILED",
        "not-restorable, NOT_RESTORABLE",
        "ddl-blocked, DDL_BLOCKED",
        "restore-watch, RESTORE_TROUBLE",
        "maintenance-not-ended, RESTORE_TROUBLE",
        "something-new, REPORTED"
    })
    void alertsOfOtherServicesHaveARule(String name, AlertRule rule) {
        ReportedAlert alert =
                new ReportedAlert(name + "/portal", name, "CRITICAL", "portal", "it broke", "host db", NOW);

        Condition condition = Conditions.of(
                        new PlatformFacts(Map.of(), List.of(alert), List.of(), List.of(), List.of(), null, List.of()),
                        CONFIG,
                        NOW)
                .getFirst();

        assertThat(condition.rule()).isEqualTo(rule);
        assertThat(condition.cause()).isEqualTo("host db");
        assertThat(condition.severity()).isEqualTo(Severity.CRITICAL);
    }

    /**
     * Drills of a source whose objective is 10 minutes and which has a slot on the first of each month at 03:00: passed or
     * failed, the minutes of its restore, its end, and its kind, else restore-test; now is the 2nd of March at 12:00.
     */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "passed 5 2026-03-01T04:00:00Z                                 |",
                "failed 5 2026-03-01T04:00:00Z                                 | DRILL_FAILED",
                "failed 5 2026-03-01T04:00:00Z, passed 5 2026-03-01T06:00:00Z  |",
                "passed 5 2026-03-01T04:00:00Z, failed 5 2026-03-01T06:00:00Z  | DRILL_FAILED",
                "passed 11 2026-03-01T04:00:00Z                                | RTO_MISSED",
                "passed 11 2026-03-01T04:00:00Z, failed 5 2026-03-01T06:00:00Z | DRILL_FAILED RTO_MISSED",
                "failed 11 2026-03-01T04:00:00Z, passed 5 2026-03-01T06:00:00Z |",
                "passed 5 2026-02-28T04:00:00Z                                 | DRILL_OVERDUE",
                "-                                                             | DRILL_OVERDUE",
                "passed 5 2026-03-01T04:00:00Z staging                         | DRILL_OVERDUE",
                "passed 5 2026-03-01T04:00:00Z total-loss                      |",
                "failed 5 2026-03-01T04:00:00Z, passed 5 2026-03-01T06:00:00Z staging | DRILL_FAILED",
            })
    void drillsFailAreTooSlowOrDoNotCome(String drills, @Nullable String expected) {
        List<DrillFacts> facts = drills.equals("-")
                ? List.of()
                : Stream.of(drills.split(", ", -1)).map(ConditionsTest::drill).toList();

        assertThat(drillAlerts(facts, NOW, null)).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void aDrillIsOverdueADayAfterItsSlotAndNotInAPause() {
        assertThat(drillAlerts(List.of(), Instant.parse("2026-03-02T02:59:59Z"), null))
                .isEmpty();
        assertThat(drillAlerts(List.of(), Instant.parse("2026-03-02T03:00:00Z"), null))
                .isEqualTo("DRILL_OVERDUE");
        assertThat(drillAlerts(List.of(), NOW, Instant.parse("2026-03-01T00:00:00Z")))
                .isEmpty();
    }

    private static String drillAlerts(List<DrillFacts> drills, Instant now, @Nullable Instant pausedFrom) {
        Source drilled = new Source("drilled");
        drilled.known = Instant.parse("2026-02-10T00:00:00Z");
        drilled.pausedFrom = pausedFrom;
        drilled.pausedUntil = pausedFrom == null ? null : pausedFrom.plus(Duration.ofDays(1));
        return Conditions.of(
                        new PlatformFacts(
                                Map.of("drilled", drilled.facts()),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                null,
                                drills),
                        CONFIG,
                        now)
                .stream()
                .map(Condition::rule)
                .filter(rule -> EnumSet.of(AlertRule.DRILL_FAILED, AlertRule.DRILL_OVERDUE, AlertRule.RTO_MISSED)
                        .contains(rule))
                .map(AlertRule::name)
                .collect(Collectors.joining(" "));
    }

    private static DrillFacts drill(String text) {
        String[] words = text.split(" ", -1);
        return new DrillFacts(
                "drilled",
                words.length > 3 ? words[3] : "restore-test",
                "d-1",
                words[0].equals("passed"),
                Duration.ofMinutes(Long.parseLong(words[1])).toMillis(),
                Instant.parse(words[2]));
    }

    @Test
    void deadLettersAreAnAlertForADayAndAnOldOutboxIsOne() {
        DeadLetters letters =
                new DeadLetters("holdfast.backup.events.v1.dlq", 2, NOW, NOW.minus(Duration.ofHours(23)), "NOT_JSON");
        PlatformFacts facts = new PlatformFacts(
                Map.of(),
                List.of(),
                List.of(),
                List.of(letters),
                List.of(),
                NOW.minus(Duration.ofMinutes(6)),
                List.of());

        assertThat(firing(Conditions.of(facts, CONFIG, NOW)))
                .containsExactly(AlertRule.DEAD_LETTERS, AlertRule.OUTBOX_OLD);
        assertThat(firing(Conditions.of(facts, CONFIG, NOW.plus(Duration.ofHours(2)))))
                .containsExactly(AlertRule.OUTBOX_OLD);
    }

    private static List<AlertRule> restores(RestoreFacts... restores) {
        return firing(Conditions.of(
                new PlatformFacts(Map.of(), List.of(), List.of(restores), List.of(), List.of(), null, List.of()),
                CONFIG,
                NOW));
    }
}
