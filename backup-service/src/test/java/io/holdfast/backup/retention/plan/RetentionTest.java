package io.holdfast.backup.retention.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.catalog.BackupState;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** One property for each sentence of the rules. */
class RetentionTest {
    private static final Instant NOW = Instant.parse("2026-03-11T12:00:00Z");

    @Property
    void everyBackupHasOneDecisionWithAReason(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        RetentionPlan plan = Retention.plan(backups, policy, NOW);

        assertThat(plan.decisions()).extracting(RetentionDecision::backup).containsExactlyInAnyOrderElementsOf(backups);
        assertThat(plan.decisions())
                .allSatisfy(decision -> assertThat(decision.because()).isNotBlank());
    }

    @Property
    void theNewestProvenBackupIsNeverDeleted(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        counting(backups).stream()
                .findFirst()
                .ifPresent(newest -> assertThat(kept(backups, policy)).contains(newest));
    }

    @Property
    void ofARetiredSourceTheNewestProvenBackupStaysAndWhatIsHeldOrRead(
            @ForAll("backups") List<RetentionCandidate> backups) {
        RetentionPlan plan = Retention.ofRetired(backups, Duration.ofDays(365));

        List<RetentionCandidate> stays = new ArrayList<>(only(backups, b -> b.heldBy() != null || b.reader() != null));
        counting(backups).stream().findFirst().filter(b -> !stays.contains(b)).ifPresent(stays::add);
        assertThat(plan.decisions().stream()
                        .filter(decision -> !decision.deletes())
                        .map(RetentionDecision::backup))
                .containsExactlyInAnyOrderElementsOf(stays);
    }

    @Property
    void aHeldBackupAndOneThatIsReadAreNeverDeleted(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        assertThat(kept(backups, policy)).containsAll(only(backups, b -> b.heldBy() != null || b.reader() != null));
    }

    @Property
    void provenBackupsThatAreYoungerThanAllAreKept(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        assertThat(kept(backups, policy))
                .containsAll(only(backups, b -> b.counts() && age(b).compareTo(policy.all()) < 0));
    }

    @Property
    void theNewestProvenBackupsAreKeptUpToAtLeast(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        List<RetentionCandidate> newest =
                counting(backups).stream().limit(policy.atLeast()).toList();

        assertThat(kept(backups, policy)).containsAll(newest);
    }

    @Property
    void eachPeriodOfATierKeepsItsNewestProvenBackup(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        Set<RetentionCandidate> kept = kept(backups, policy);

        policy.tiers()
                .forEach((tier, limit) -> counting(backups).stream()
                        .collect(Collectors.groupingBy(
                                b -> period(tier, b.takenAt().atZone(policy.zone()))))
                        .values()
                        .stream()
                        .map(List::getFirst)
                        .filter(newest -> age(newest).compareTo(limit) < 0)
                        .forEach(newest -> assertThat(kept).contains(newest)));
    }

    @Property
    void aProvenBackupThatNoRuleKeepsIsDeleted(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        List<RetentionCandidate> counting = counting(backups);
        Duration longest = policy.tiers().values().stream().reduce(policy.all(), RetentionTest::longer);
        List<RetentionCandidate> old = counting.stream()
                .skip(policy.atLeast())
                .filter(b ->
                        age(b).compareTo(longest) >= 0 && free(b) && b.labels().isEmpty())
                .toList();

        assertThat(only(old, kept(backups, policy)::contains)).isEmpty();
    }

    @Property
    void aBackupWithALabelIsKeptWhileItIsYoungerThanTheRuleOfTheLabel(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        assertThat(kept(backups, policy))
                .containsAll(only(
                        backups,
                        b -> policy.labels().entrySet().stream()
                                .anyMatch(rule ->
                                        b.labels().contains(rule.getKey()) && age(b).compareTo(rule.getValue()) < 0)));
    }

    @Property
    void unprovenAndSafetyBackupsNeverDisplaceAProvenOne(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        List<RetentionCandidate> alone = only(backups, RetentionCandidate::counts);

        assertThat(only(kept(backups, policy), RetentionCandidate::counts))
                .containsExactlyInAnyOrderElementsOf(kept(alone, policy));
    }

    @Property
    void unprovenBackupsGoAfterTheirOwnAge(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        List<RetentionCandidate> unproven = only(
                backups,
                b -> b.state() != BackupState.PROVEN
                        && !b.isSafety()
                        && free(b)
                        && b.labels().isEmpty());
        Set<RetentionCandidate> kept = kept(backups, policy);

        for (RetentionCandidate backup : unproven) {
            boolean young = Duration.between(backup.unprovenSince(), NOW).compareTo(policy.unproven()) < 0;
            assertThat(kept.contains(backup)).isEqualTo(young);
        }
    }

    @Property
    void safetyBackupsAreKeptForAtLeastTheHoldOfThePlatform(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        assertThat(kept(backups, policy))
                .containsAll(only(backups, b -> b.isSafety() && age(b).compareTo(policy.safety()) < 0));
    }

    @Property
    void nothingIsDeletedWithoutAProvenBackupWithinTwiceTheRpo(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        Duration limit = policy.rpo().multipliedBy(2);
        RetentionPlan plan = Retention.plan(backups, policy, NOW);
        boolean recent = counting(backups).stream().anyMatch(b -> age(b).compareTo(limit) < 0);

        assertThat(plan.suspended() == null).isEqualTo(recent);
        if (!recent) {
            assertThat(plan.deletions()).isEmpty();
            assertThat(plan.suspended()).contains("2 × rpo");
        }
    }

    @Property
    void nothingIsDeletedWhileTheClockIsBehindTheNewestBackup(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        Assume.that(!backups.isEmpty());
        Instant newest = backups.stream()
                .map(RetentionCandidate::takenAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();

        RetentionPlan plan = Retention.plan(backups, policy, newest.minusMillis(1));

        assertThat(plan.deletions()).isEmpty();
        assertThat(plan.suspended()).contains("clock");
    }

    @Property
    void theOrderOfTheListDoesNotMatter(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        assertThat(Retention.plan(backups.reversed(), policy, NOW)).isEqualTo(Retention.plan(backups, policy, NOW));
    }

    @Property
    void aRunAfterItsOwnDeletionsDeletesNothingMore(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        List<RetentionCandidate> left = List.copyOf(kept(backups, policy));

        assertThat(kept(left, policy)).containsExactlyInAnyOrderElementsOf(left);
    }

    @Property
    void thePolicyWaitsIfItDeletesMoreThanTheGuardOrAYoungProvenBackup(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("policies") RetentionPolicy policy) {
        RetentionPlan plan = Retention.unsuspended(backups, policy, NOW);
        List<RetentionCandidate> deleted =
                only(plan.deletions().stream().map(RetentionDecision::backup).toList(), RetentionCandidate::counts);
        boolean young = deleted.stream().anyMatch(b -> age(b).compareTo(Duration.ofDays(1)) < 0);
        boolean many = deleted.size() > counting(backups).size() * policy.guard() / 100.0;

        assertThat(RetentionGuard.breach(plan, policy, NOW)).hasSameElementsAs(young || many ? deleted : List.of());
    }

    @Example
    void periodsFollowTheTimeZoneOfTheSource() {
        // 23:30 and 00:30 in Berlin: two days there, and one day in UTC
        List<RetentionCandidate> backups =
                List.of(proven("2026-03-09T22:30:00Z"), proven("2026-03-09T23:30:00Z"), proven("2026-03-11T11:00:00Z"));
        Map<RetentionTier, Duration> daily = Map.of(RetentionTier.DAILY, Duration.ofDays(30));

        assertThat(kept(backups, policy(daily, ZoneId.of("Europe/Berlin")))).hasSize(3);
        assertThat(kept(backups, policy(daily, ZoneId.of("UTC")))).hasSize(2).doesNotContain(backups.getFirst());
    }

    @Example
    void weeksAreThoseOfIso8601() {
        // Monday 2025-12-29 and Sunday 2026-01-04 are both in week 2026-W01
        RetentionCandidate monday = proven("2025-12-29T10:00:00Z");
        RetentionCandidate sunday = proven("2026-01-04T10:00:00Z");
        List<RetentionCandidate> backups = List.of(monday, sunday, proven("2026-03-11T11:00:00Z"));

        RetentionPlan plan = Retention.plan(
                backups, policy(Map.of(RetentionTier.WEEKLY, Duration.ofDays(365)), ZoneId.of("UTC")), NOW);

        assertThat(plan.of(sunday.id()).orElseThrow().because())
                .isEqualTo("newest proven backup of week 2026-W01 (weekly: 1y)");
        assertThat(plan.of(monday.id()).orElseThrow().because())
                .isEqualTo("older than all: 1d; week 2026-W01 has a newer proven backup");
    }

    @Example
    void anOldBackupThatWasFoundBadTodayIsKeptForItsRepair() {
        RetentionCandidate old = new RetentionCandidate(
                id(1),
                NOW.minus(Duration.ofDays(500)),
                BackupState.UNPROVEN,
                BackupKind.MANUAL,
                List.of(),
                NOW.minusSeconds(60),
                null,
                null,
                1);

        assertThat(kept(List.of(old), policy(Map.of(), ZoneId.of("UTC")))).containsExactly(old);
    }

    @Property
    void onlyAChangeOfTheRulesChangesTheDigest(
            @ForAll("policies") RetentionPolicy one, @ForAll("policies") RetentionPolicy other) {
        RetentionPolicy sameRules = new RetentionPolicy(
                one.all(),
                one.tiers(),
                one.atLeast(),
                one.unproven(),
                other.guard(),
                one.labels(),
                one.zone(),
                other.safety(),
                other.rpo());

        assertThat(sameRules.digest()).isEqualTo(one.digest());
        if (one.all().equals(other.all())
                && one.tiers().equals(other.tiers())
                && one.atLeast() == other.atLeast()
                && one.unproven().equals(other.unproven())
                && one.labels().equals(other.labels())
                && one.zone().equals(other.zone())) {
            assertThat(other.digest()).isEqualTo(one.digest());
        } else {
            assertThat(other.digest()).isNotEqualTo(one.digest());
        }
    }

    @Provide
    Arbitrary<List<RetentionCandidate>> backups() {
        // most within the last days, where rules meet; some years ago
        Arbitrary<Duration> ages = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 96).map(Duration::ofHours),
                Arbitraries.integers().between(1, 24 * 800).map(Duration::ofHours));
        Arbitrary<RetentionCandidate> backup = Combinators.combine(
                        ages,
                        Arbitraries.of(
                                BackupState.PROVEN, BackupState.PROVEN, BackupState.STORED, BackupState.UNPROVEN),
                        Arbitraries.of(BackupKind.SCHEDULED, BackupKind.MANUAL, BackupKind.SAFETY),
                        Arbitraries.of("a", "b", "c").list().ofMaxSize(1),
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.longs().between(1, Long.MAX_VALUE))
                .as((age, state, kind, labels, mark, id) -> new RetentionCandidate(
                        id(id),
                        NOW.minus(age),
                        state,
                        kind,
                        labels,
                        state == BackupState.UNPROVEN ? NOW.minus(age.dividedBy(2)) : null,
                        mark == 1 ? "ops" : null,
                        mark == 2 ? "export 1" : null,
                        1));
        return backup.list().ofMaxSize(40).uniqueElements(RetentionCandidate::id);
    }

    @Provide
    Arbitrary<RetentionPolicy> policies() {
        Arbitrary<Duration> durations = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 72).map(Duration::ofHours),
                Arbitraries.integers().between(1, 700).map(Duration::ofDays));
        Arbitrary<Map<RetentionTier, Duration>> tiers =
                Arbitraries.maps(Arbitraries.of(RetentionTier.class), durations);
        return Combinators.combine(
                        durations,
                        tiers,
                        Arbitraries.integers().between(1, 5),
                        durations,
                        Arbitraries.integers().between(1, 100),
                        Arbitraries.maps(Arbitraries.of("a", "b"), durations),
                        Arbitraries.of("UTC", "Europe/Berlin", "Pacific/Auckland")
                                .map(ZoneId::of),
                        durations)
                .as((all, tier, atLeast, unproven, guard, labels, zone, rpo) ->
                        new RetentionPolicy(all, tier, atLeast, unproven, guard, labels, zone, rpo.dividedBy(2), rpo));
    }

    private static RetentionPolicy policy(Map<RetentionTier, Duration> tiers, ZoneId zone) {
        return new RetentionPolicy(
                Duration.ofDays(1),
                tiers,
                1,
                Duration.ofDays(7),
                25,
                Map.of(),
                zone,
                Duration.ofHours(48),
                Duration.ofHours(24));
    }

    private static RetentionCandidate proven(String at) {
        Instant takenAt = Instant.parse(at);
        return new RetentionCandidate(
                id(takenAt.getEpochSecond()),
                takenAt,
                BackupState.PROVEN,
                BackupKind.SCHEDULED,
                List.of(),
                null,
                null,
                null,
                1);
    }

    private static BackupId id(long number) {
        return new BackupId(new UUID(0x7000L, number));
    }

    private static Object period(RetentionTier tier, ZonedDateTime at) {
        return switch (tier) {
            case DAILY -> at.toLocalDate();
            case WEEKLY -> List.of(at.get(IsoFields.WEEK_BASED_YEAR), at.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case MONTHLY -> YearMonth.from(at);
            case YEARLY -> at.getYear();
        };
    }

    private static Duration age(RetentionCandidate backup) {
        return Duration.between(backup.takenAt(), NOW);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static boolean free(RetentionCandidate backup) {
        return backup.heldBy() == null && backup.reader() == null;
    }

    /** Newest first. */
    private static List<RetentionCandidate> counting(List<RetentionCandidate> backups) {
        return backups.stream()
                .filter(b -> b.state() == BackupState.PROVEN && b.kind() != BackupKind.SAFETY)
                .sorted(Comparator.comparing(RetentionCandidate::takenAt)
                        .thenComparing(RetentionCandidate::id)
                        .reversed())
                .toList();
    }

    private static List<RetentionCandidate> only(
            Iterable<RetentionCandidate> backups, Predicate<RetentionCandidate> which) {
        List<RetentionCandidate> found = new ArrayList<>();
        backups.forEach(backup -> {
            if (which.test(backup)) {
                found.add(backup);
            }
        });
        return found;
    }

    /** The backups that the rules keep, without regard to suspension. */
    private static Set<RetentionCandidate> kept(List<RetentionCandidate> backups, RetentionPolicy policy) {
        Set<RetentionCandidate> kept = new HashSet<>(backups);
        Retention.unsuspended(backups, policy, NOW).deletions().forEach(decision -> kept.remove(decision.backup()));
        return kept;
    }
}
