package io.holdfast.transfer.compare;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.CheckResult;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.vault.format.Manifest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The failed checks of a restored copy that block the replacement of the live database.
 *
 * <p>The copy is equal to the backup in schema and rows. Whatever the declared constraints of a copy show (a constraint that is
 * NOT VALID, rows without a parent, rows that violate a constraint) was therefore so in the source at the time of the backup,
 * and does not block the replacement: the source worked with it. Two findings in a SQLite file are worse than the source: rows
 * without a parent in the copy of a partial backup, which may leave the parents out (a PostgreSQL backup then leaves the foreign
 * key out), and damage of the copy's file. The checks in the source's
 * configuration always block, because the operator asked for them.
 */
public final class BlockingChecks {
    private static final String FOREIGN_KEYS = new DataCheck.ForeignKeys().name();
    private static final String CONSTRAINTS = new DataCheck.Constraints().name();

    /** What SQLite's integrity check reports of rows, as opposed to pages and indexes. */
    private static final Pattern OF_ROWS = Pattern.compile(
            "(NULL value in |CHECK constraint failed in |non-unique entry in index |\\S+ value in |and \\d+ more).*");

    private BlockingChecks() {}

    /**
     * @param results of the copy; a declared check stands before a configured one of the same name
     * @param config empty: the source is not configured any more
     */
    public static List<CheckResult> of(List<CheckResult> results, Manifest manifest, Optional<SourceConfig> config) {
        Set<String> asked = SourceCheckRunner.of(config, manifest.contents().snapshotAt()).stream()
                .map(DataCheck::name)
                .collect(Collectors.toSet());
        Set<String> seen = new HashSet<>();
        List<CheckResult> blocking = new ArrayList<>();
        for (CheckResult result : results) {
            boolean declared = seen.add(result.name());
            if (result.outcome() == CheckResult.Outcome.FAILED
                    && asked.contains(result.name())
                    && !(declared && isOfTheSource(result, manifest))) {
                blocking.add(result);
            }
        }
        return blocking;
    }

    /** The source had the same finding at the time of the backup. */
    private static boolean isOfTheSource(CheckResult result, Manifest manifest) {
        boolean file = DescriptorCodec.of(manifest).engine().equals(SqliteEngine.NAME);
        if (result.name().equals(FOREIGN_KEYS)) {
            return !file || manifest.contents().scope().whole();
        }
        if (!result.name().equals(CONSTRAINTS)) {
            return false;
        }
        String finding = result.finding() == null ? "" : result.finding();
        return !file
                || Pattern.compile("; ")
                        .splitAsStream(finding)
                        .allMatch(line -> OF_ROWS.matcher(line).matches());
    }
}
