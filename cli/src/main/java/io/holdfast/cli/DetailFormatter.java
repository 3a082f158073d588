package io.holdfast.cli;

import io.holdfast.cli.rest.BackupResponse;
import io.holdfast.cli.rest.CheckResponse;
import io.holdfast.cli.rest.RestoreResponse;
import io.holdfast.cli.rest.VerificationResponse;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.contracts.BackupTotals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One object in lines for people. */
final class DetailFormatter {
    private DetailFormatter() {}

    static List<String> lines(BackupResponse backup) {
        List<String> lines = new ArrayList<>();
        lines.add("backup     " + backup.id() + " of " + backup.source().name() + " is " + backup.state()
                + (backup.partial() ? ", but PARTIAL" : ""));
        List<String> labels = backup.labels();
        add(lines, "labels     ", labels == null || labels.isEmpty() ? null : String.join(", ", labels));
        add(lines, "data of    ", at(backup.snapshotAt()));
        add(lines, "took       ", between(backup.startedAt(), backup.completedAt()));
        BackupTotals totals = backup.totals();
        if (totals != null) {
            lines.add("holds      " + HumanFormat.count(totals.rows()) + " rows of " + totals.tables() + " tables, "
                    + HumanFormat.bytes(totals.bytes()));
            lines.add("stored     " + HumanFormat.bytes(totals.storedBytes()) + " new, "
                    + HumanFormat.bytes(totals.reusedBytes()) + " were there already");
        }
        add(lines, "server     ", backup.serverVersion());
        BackupResponse.Held held = backup.held();
        if (held != null) {
            String reason = held.reason();
            lines.add("held since " + HumanFormat.instant(held.at()) + ", not to be deleted"
                    + (reason == null || reason.isEmpty() ? "" : ": " + reason));
        }
        add(lines, "deleted    ", at(backup.deletedAt()));
        add(lines, "proven at  ", at(backup.provenAt()));
        add(lines, "verified by", backup.verificationId() == null ? null : " " + backup.verificationId());
        List<String> findings = backup.findings();
        (findings == null ? List.<String>of() : findings).forEach(each -> lines.add("finding    " + each));
        add(lines, "reason     ", backup.reason() == null ? null : backup.why());
        return lines;
    }

    static List<String> lines(VerificationResponse verification) {
        List<String> lines = new ArrayList<>();
        lines.add("verification " + verification.id() + " of backup " + verification.backupId() + ": "
                + verification.state() + " (" + verification.level() + ")");
        Long rows = verification.rows();
        Integer tables = verification.tables();
        if (rows != null && tables != null) {
            lines.add("compared   " + HumanFormat.count(rows) + " rows of " + tables + " tables");
        }
        add(lines, "took       ", millis(verification.durationMillis()));
        Long restored = verification.restoreMillis();
        add(lines, "restored in ", restored == null || restored == 0 ? null : millis(restored));
        lines.addAll(checks(verification.checks()));
        add(lines, "reason     ", verification.reason() == null ? null : verification.why());
        return lines;
    }

    static List<String> lines(RestoreResponse restore) {
        List<String> lines = new ArrayList<>();
        lines.add("restore    " + restore.id() + " of " + restore.source().name() + " into " + restore.database() + ": "
                + restore.state());
        add(lines, "backup     ", restore.backupId());
        add(lines, "data of    ", at(restore.snapshotAt()));
        add(lines, "took       ", between(restore.startedAt(), restore.endedAt()));
        Long rows = restore.rows();
        if (rows != null) {
            lines.add("restored   " + HumanFormat.count(rows) + " rows of " + restore.tables() + " tables");
        }
        List<RestoreResponse.Step> steps = restore.steps();
        (steps == null ? List.<RestoreResponse.Step>of() : steps)
                .forEach(step -> lines.add("step       " + step.name() + spent(step)
                        + (step.detail() == null ? "" : ", " + step.detail())));
        add(lines, "compared   ", compared(restore));
        lines.addAll(checks(restore.checks()));
        add(lines, "reason     ", restore.reason() == null ? null : restore.why() + restore.afterwards());
        return lines;
    }

    /** One line for each check, and none for sources without checks. */
    static List<String> checks(@Nullable List<CheckResponse> results) {
        return results == null
                ? List.of()
                : results.stream()
                        .map(check -> "check      " + check.name() + ": " + check.outcome()
                                + (check.finding() == null ? "" : ", " + check.finding()))
                        .toList();
    }

    private static @Nullable String compared(RestoreResponse restore) {
        Integer compared = restore.comparedTables();
        Integer different = restore.differentTables();
        List<RestoreResponse.TableResult> shown = restore.tableResults();
        if (compared == null || different == null) {
            return null;
        }
        return (compared - different) + " of " + compared + " tables are equal to the backup"
                + (shown == null || shown.size() == compared ? "" : "; the first " + shown.size() + " are listed");
    }

    /** The per-table results of comparing a restored database with its backup. */
    static TextTable tables(List<RestoreResponse.TableResult> results) {
        TextTable table =
                new TextTable("TABLE", ">ROWS", "FINGERPRINT", ">RESTORED ROWS", "RESTORED FINGERPRINT", "EQUAL");
        results.forEach(each -> table.row(
                each.name(),
                HumanFormat.count(each.rows()),
                orDash(each.fingerprint()),
                each.copyRows() == null ? "-" : HumanFormat.count(each.copyRows()),
                orDash(each.copyFingerprint()),
                each.equal() ? "yes" : "NO"));
        return table;
    }

    static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }

    private static String spent(RestoreResponse.Step step) {
        String spent = between(step.startedAt(), step.endedAt());
        return spent == null ? ", running" : ", " + spent;
    }

    private static @Nullable String at(@Nullable Instant instant) {
        return instant == null ? null : HumanFormat.instant(instant);
    }

    private static @Nullable String millis(@Nullable Long millis) {
        return millis == null ? null : HumanFormat.duration(Duration.ofMillis(millis));
    }

    private static @Nullable String between(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null ? null : HumanFormat.duration(Duration.between(from, to));
    }

    private static void add(List<String> lines, String name, @Nullable String value) {
        if (value != null) {
            lines.add(name + value);
        }
    }
}
