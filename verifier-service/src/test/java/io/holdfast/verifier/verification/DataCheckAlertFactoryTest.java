package io.holdfast.verifier.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.CheckResult.Outcome;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationLevel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataCheckAlertFactoryTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-15T02:00:00Z"));
    private static final CheckResult WELL = new CheckResult("keys", Outcome.PASSED, null);
    private static final CheckResult ILL = new CheckResult("fresh", Outcome.FAILED, "it is old");
    private static final CheckResult OPEN = new CheckResult("fresh", Outcome.NOT_RUN, "it is gone");

    private static Verification found(CheckResult... checks) {
        Verification verification = Verification.requested(
                VerificationId.next(CLOCK),
                BackupId.next(CLOCK),
                new SourceRef(SourceId.next(CLOCK), "shop"),
                VerificationLevel.PROVEN,
                null,
                CLOCK.instant());
        verification.started(CLOCK.instant());
        verification.passed(new VerificationTotals(1, 2, 3, 4, List.of(checks)), CLOCK.instant());
        return verification;
    }

    @Test
    void dataThatPassesAllIsNoNews() {
        assertThat(DataCheckAlertFactory.of(found(WELL), List.of())).isEmpty();
        assertThat(DataCheckAlertFactory.of(found(WELL), List.of(WELL))).isEmpty();
    }

    @Test
    void theSameIsToldOnceThoughTheFindingDiffers() {
        assertThat(DataCheckAlertFactory.of(found(WELL, ILL), List.of(WELL)))
                .containsInstanceOf(AlertEvent.Raised.class);
        assertThat(DataCheckAlertFactory.of(
                        found(WELL, ILL), List.of(new CheckResult("fresh", Outcome.FAILED, "older"))))
                .isEmpty();
    }

    @Test
    void aCheckThatCannotBeRunIsToldToo() {
        AlertEvent.Raised raised = (AlertEvent.Raised)
                DataCheckAlertFactory.of(found(WELL, OPEN), List.of(ILL)).orElseThrow();

        assertThat(raised.severity()).isEqualTo(AlertEvent.Severity.WARNING);
        assertThat(raised.summary()).contains("did not pass 1 of 2 checks: fresh (not run): it is gone;");
    }

    @Test
    void whatPassesAgainIsResolvedUnderTheSameId() {
        AlertEvent raised = DataCheckAlertFactory.of(found(ILL), List.of()).orElseThrow();

        assertThat(DataCheckAlertFactory.of(found(WELL), List.of(ILL)))
                .hasValueSatisfying(event -> assertThat(event)
                        .isInstanceOf(AlertEvent.Resolved.class)
                        .extracting(AlertEvent::alertId)
                        .isEqualTo(raised.alertId()));
    }

    @Test
    void resultsAreKeptAsTheyAre() {
        List<CheckResult> checks = List.of(WELL, ILL, OPEN);

        assertThat(CheckResultsJson.read(CheckResultsJson.write(checks))).isEqualTo(checks);
        assertThat(found(WELL, ILL, OPEN).findings().checks()).isEqualTo(checks);
    }
}
