package io.holdfast.verifier.verification;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.CheckResult;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * When people must be told of the data of a source: once for each set of checks that did not pass, and when all pass again.
 * A check that could not be run counts, too: it watches over nothing. Pure.
 */
final class DataCheckAlertFactory {
    private static final String NAME = "data-checks-failed";
    private static final int LONGEST = 1500;

    private DataCheckAlertFactory() {}

    /** @param before what the last backup of the source was found to be like; empty: this is the first */
    static Optional<AlertEvent> of(Verification now, List<CheckResult> before) {
        List<CheckResult> open = open(now.findings().checks());
        if (names(open).equals(names(open(before)))) {
            return Optional.empty();
        }
        String source = now.source().name();
        String id = NAME + "/" + source;
        Instant at = requireNonNull(now.endedAt());
        return Optional.of(
                open.isEmpty()
                        ? new AlertEvent.Resolved(id, NAME, at)
                        : new AlertEvent.Raised(
                                id, NAME, AlertEvent.Severity.WARNING, now.source(), summary(now, open), null, at));
    }

    private static List<CheckResult> open(List<CheckResult> checks) {
        return checks.stream()
                .filter(check -> check.outcome() != CheckResult.Outcome.PASSED)
                .toList();
    }

    private static List<String> names(List<CheckResult> checks) {
        return checks.stream()
                .map(check -> check.outcome() + " " + check.name())
                .sorted()
                .toList();
    }

    private static String summary(Verification now, List<CheckResult> open) {
        String findings = open.stream().map(DataCheckAlertFactory::told).collect(Collectors.joining("; "));
        return "source \"" + now.source().name() + "\": backup " + now.backupId()
                + " is proven, but its data did not pass " + open.size() + " of "
                + now.findings().checks().size() + " checks: "
                + (findings.length() > LONGEST ? findings.substring(0, LONGEST - 1) + "…" : findings)
                + "; look at the source, or correct the check";
    }

    private static String told(CheckResult check) {
        return check.name() + " ("
                + check.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")"
                + (check.finding() == null ? "" : ": " + check.finding());
    }
}
