package io.holdfast.verifier.drill;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.drill.CheckNames;
import io.holdfast.drill.DrillCheck;
import io.holdfast.drill.DrillCheck.Outcome;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.compare.SourceCheckRunner;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.Manifest;
import io.holdfast.verifier.scratch.RestoredCopy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The checks of a restored copy, each with what was expected, what was found and how long it took. */
final class DrillChecks {
    static final String MANIFEST = "manifest";
    static final String RESTORE_TIME = "restore time";
    static final String AGE = "age of the backup";
    private static final String MASK = "mask";
    private static final String DERIVED = "views and statistics";

    private static final String SQLITE_COUNTERS = ".sqlite_sequence";
    private static final int SHOWN = 5;

    private final DrillContext context;
    private final RestoredCopy copy;
    private final Manifest manifest;
    private final List<DrillCheck> checks = new ArrayList<>();
    private final List<FailureReason> differences = new ArrayList<>();
    private long millis;

    DrillChecks(DrillContext context, RestoredCopy copy) {
        this.context = context;
        this.copy = copy;
        this.manifest = copy.manifest();
    }

    void run(TransferListener listener) {
        long began = System.nanoTime();
        checks.addAll(ofBackup(manifest));
        compare(listener);
        copied();
        context.staging().filter(ignored -> differences.isEmpty()).ifPresent(this::mask);
        SourceCheckRunner.of(context.checked(), manifest.contents().snapshotAt())
                .forEach(this::ask);
        objectives();
        millis = since(began);
    }

    /** Of a backup that could be read: nothing is handed out that is not what the signed manifest names. */
    static List<DrillCheck> ofBackup(Manifest manifest) {
        int chunks = manifest.chunks().size();
        return List.of(
                new DrillCheck(MANIFEST, Outcome.PASSED, "the vault's signature", "the vault's signature", 0, null),
                new DrillCheck(
                        CheckNames.DOWNLOAD,
                        Outcome.PASSED,
                        chunks + " authentic chunks",
                        chunks + " authentic chunks",
                        0,
                        null));
    }

    List<DrillCheck> checks() {
        return List.copyOf(checks);
    }

    /** What differs between backup and copy. */
    List<FailureReason> differences() {
        return List.copyOf(differences);
    }

    long millis() {
        return millis;
    }

    private void compare(TransferListener listener) {
        long began = System.nanoTime();
        long[] rowsBegan = {0};
        ComparisonResult comparison = copy.compare((phase, bytes, total, rows) -> {
            synchronized (rowsBegan) {
                rowsBegan[0] = rowsBegan[0] == 0 ? System.nanoTime() : rowsBegan[0];
            }
            listener.at(phase, bytes, total, rows);
        });
        long all = since(began);
        long ofRows = rowsBegan[0] == 0 ? 0 : Math.min(all, since(rowsBegan[0]));
        differences.addAll(comparison.differences());
        DatabaseDescriptor shape = DescriptorCodec.of(manifest);
        schema(shape, all - ofRows);
        rows(comparison, ofRows);
        sequences(shape);
    }

    private void schema(DatabaseDescriptor shape, long took) {
        List<FailureReason> different = of(FailureCode.SCHEMA_DIFFERS);
        checks.add(check(
                CheckNames.SCHEMA,
                "all definitions of " + shape.tables().size() + " tables, and what belongs to them",
                different.isEmpty() ? "equal" : different.size() + " differ",
                took,
                different));
    }

    private void rows(ComparisonResult comparison, long took) {
        List<FailureReason> different = of(FailureCode.ROWS_DIFFER);
        List<ComparisonResult.Table> alone = comparison.tables().stream()
                .filter(table -> table.copyFingerprint() != null)
                .toList();
        long unequal =
                comparison.tables().stream().filter(table -> !table.equal()).count();
        long miscounted = alone.stream()
                .filter(table -> !Objects.equals(table.copyRows(), table.rows()))
                .count();
        long expected = alone.stream().mapToLong(ComparisonResult.Table::rows).sum();
        long found = alone.stream()
                .map(ComparisonResult.Table::copyRows)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sum();
        checks.add(new DrillCheck(
                CheckNames.ROW_COUNTS,
                miscounted == 0 ? Outcome.PASSED : Outcome.FAILED,
                expected + " rows in " + alone.size() + " tables",
                found + " rows" + (miscounted == 0 ? "" : ", " + miscounted + " tables differ"),
                0,
                miscounted == 0 ? null : told(different)));
        checks.add(check(
                CheckNames.ROWS,
                "fingerprint " + sum(alone, true) + " of " + comparison.tables().size() + " tables",
                "fingerprint " + sum(alone, false) + (unequal == 0 ? "" : ", " + unequal + " tables differ"),
                took,
                different));
    }

    /** Fingerprints of tables add up. */
    private static Fingerprint sum(List<ComparisonResult.Table> tables, boolean backup) {
        return tables.stream()
                .map(table -> backup ? table.fingerprint() : Objects.requireNonNull(table.copyFingerprint()))
                .map(Fingerprint::parse)
                .reduce(Fingerprint.EMPTY, Fingerprint::plus);
    }

    /** SQLite keeps its counters in a table, which is compared as rows. */
    private void sequences(DatabaseDescriptor shape) {
        boolean file = shape.engine().equals(DatabaseDescriptor.SQLITE);
        List<FailureReason> different = file
                ? of(FailureCode.ROWS_DIFFER).stream()
                        .filter(reason -> String.valueOf(reason.object()).endsWith(SQLITE_COUNTERS))
                        .toList()
                : of(FailureCode.SEQUENCES_DIFFER);
        String expected =
                file ? "all counters where they stood" : shape.sequences().size() + " sequences where they stood";
        checks.add(check(
                CheckNames.SEQUENCES,
                expected,
                different.isEmpty() ? expected : different.size() + " differ",
                0,
                different));
    }

    private List<FailureReason> of(FailureCode code) {
        return differences.stream().filter(reason -> reason.code() == code).toList();
    }

    private static DrillCheck check(
            String name, String expected, String actual, long took, List<FailureReason> different) {
        return new DrillCheck(
                name,
                different.isEmpty() ? Outcome.PASSED : Outcome.FAILED,
                expected,
                actual,
                took,
                different.isEmpty() ? null : told(different));
    }

    private static String told(List<FailureReason> different) {
        String first =
                different.stream().limit(SHOWN).map(FailureReason::message).collect(Collectors.joining("; "));
        return different.size() <= SHOWN ? first : first + "; and " + (different.size() - SHOWN) + " more";
    }

    /** Of the copy as it was restored, before a mask changes it. */
    private void copied() {
        ask(new DataCheck.RecordTimes(manifest.contents().snapshotAt()));
        List<Finding> notDerived = copy.loadReport().notDerived();
        checks.add(new DrillCheck(
                DERIVED,
                notDerived.isEmpty() ? Outcome.PASSED : Outcome.FAILED,
                "all filled and gathered",
                notDerived.isEmpty() ? "all filled and gathered" : notDerived.size() + " are not",
                0,
                notDerived.isEmpty() ? null : Finding.told(notDerived)));
        if (DescriptorCodec.of(manifest).engine().equals(DatabaseDescriptor.POSTGRES)) {
            if (context.staging().isEmpty()) {
                copy.database().installStructureCheck(); // a staging database would keep it
            }
            ask(new DataCheck.Structure());
        }
    }

    private void mask(StagingTarget staging) {
        long began = System.nanoTime();
        staging.mask(copy);
        String all = staging.mask().size() + " scripts ran";
        checks.add(new DrillCheck(MASK, Outcome.PASSED, all, all, since(began), null));
    }

    private void ask(DataCheck check) {
        long began = System.nanoTime();
        CheckResult result =
                copy.database().check(List.of(check), SourceCheckRunner.EACH).getFirst();
        Outcome outcome = switch (result.outcome()) {
            case PASSED -> Outcome.PASSED;
            case FAILED -> Outcome.FAILED;
            case NOT_RUN -> Outcome.NOT_RUN;
        };
        String expected = expected(check);
        checks.add(new DrillCheck(
                check.name(),
                outcome,
                expected,
                actual(outcome, expected, result.finding()),
                since(began),
                result.finding()));
    }

    private static String expected(DataCheck check) {
        return switch (check) {
            case DataCheck.ForeignKeys ignored -> "no row without its parent";
            case DataCheck.Constraints ignored -> "every constraint and index is valid";
            case DataCheck.Orphans ignored -> "no row without its parent";
            case DataCheck.Fresh fresh -> "newest within " + shown(fresh.within()) + " before " + fresh.at();
            case DataCheck.Assertion assertion -> assertion.expected();
            case DataCheck.Rows ignored -> "as many rows as in the backup";
            case DataCheck.RecordTimes times -> "none after " + times.latest();
            case DataCheck.Structure ignored -> "sound pages and indexes";
        };
    }

    private static String actual(Outcome outcome, String expected, @Nullable String finding) {
        return switch (outcome) {
            case PASSED -> expected;
            case FAILED -> finding == null ? "not so" : finding;
            case NOT_RUN -> "";
        };
    }

    private void objectives() {
        Instant at = manifest.contents().snapshotAt();
        Duration age = Duration.between(at, context.startedAt());
        checks.add(objective(
                AGE,
                context.chosen().newest() ? context.rpo() : Optional.empty(),
                age,
                context.chosen().newest() ? "objectives.rpo is not set" : "the backup is not the newest one"));
        checks.add(objective(
                RESTORE_TIME, context.rto(), Duration.ofMillis(copy.times().restore()), "objectives.rto is not set"));
    }

    private static DrillCheck objective(String name, Optional<Duration> most, Duration found, String why) {
        if (most.isEmpty()) {
            return new DrillCheck(name, Outcome.NOT_RUN, "", shown(found), 0, why);
        }
        boolean met = found.compareTo(most.get()) <= 0;
        return new DrillCheck(
                name,
                met ? Outcome.PASSED : Outcome.FAILED,
                "at most " + shown(most.get()),
                shown(found),
                0,
                met ? null : "more than the objective of " + shown(most.get()));
    }

    /** Names of configured checks that could not be run: they watch over nothing. */
    static List<String> unanswered(DrillContext context, List<DrillCheck> checks) {
        Map<String, DataCheck> configured = SourceCheckRunner.of(context.checked(), context.startedAt()).stream()
                .filter(check -> !(check instanceof DataCheck.ForeignKeys || check instanceof DataCheck.Constraints))
                .collect(Collectors.toMap(DataCheck::name, check -> check, (one, other) -> one));
        return checks.stream()
                .filter(check -> check.outcome() == Outcome.NOT_RUN && configured.containsKey(check.name()))
                .map(DrillCheck::name)
                .toList();
    }

    private static String shown(Duration duration) {
        if (duration.toSeconds() < 60) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        return duration.toHours() > 0
                ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
                : duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }

    private static long since(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
}
