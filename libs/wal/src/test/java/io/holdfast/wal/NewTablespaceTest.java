package io.holdfast.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A tablespace is created at 2000/0 in a segment whose record before it begins at 1FF0. */
class NewTablespaceTest {
    private static final Instant NOON = Instant.parse("2026-01-15T12:00:00Z");
    private static final Lsn BEFORE = new Lsn(0x1ff0);
    private static final Lsn AT = new Lsn(0x2000);

    @Test
    void anInclusivePositionEndsAfterTheRecordThatBeginsThere() {
        accepted(new NewTablespace(AT, true, BEFORE, null), position(BEFORE, true));
        refused(new NewTablespace(AT, true, BEFORE, null), position(AT, true));
        refused(new NewTablespace(AT, true, null, null), position(BEFORE, true));
    }

    @Test
    void anExclusivePositionEndsBeforeIt() {
        accepted(new NewTablespace(AT, true, BEFORE, null), position(AT, false));
        refused(new NewTablespace(AT, true, BEFORE, null), position(new Lsn(0x2008), false));
        refused(new NewTablespace(AT, false, null, null), position(AT, false));
    }

    @Test
    void aTimeEndsBeforeALaterCommit() {
        accepted(new NewTablespace(AT, true, BEFORE, NOON.plusMillis(1)), new RecoveryTarget.Time(NOON));
        refused(new NewTablespace(AT, true, BEFORE, NOON), new RecoveryTarget.Time(NOON));
        refused(new NewTablespace(AT, true, BEFORE, null), new RecoveryTarget.Time(NOON));
    }

    @Test
    void oneOfTheBaseBackupIsNotReplayed() {
        accepted(new NewTablespace(new Lsn(0x0fff), true, null, null), new RecoveryTarget.Time(NOON));
    }

    private static RecoveryTarget position(Lsn lsn, boolean inclusive) {
        return new RecoveryTarget.Position(lsn, inclusive);
    }

    private static void accepted(NewTablespace created, RecoveryTarget target) {
        assertThatCode(() -> refuse(created, target)).doesNotThrowAnyException();
    }

    private static void refused(NewTablespace created, RecoveryTarget target) {
        assertThatThrownBy(() -> refuse(created, target))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.POINT_NOT_COVERED));
    }

    private static void refuse(NewTablespace created, RecoveryTarget target) {
        SegmentEntry segment = new SegmentEntry(
                SegmentName.of(1, 0, 1 << 24),
                new Lsn(0),
                new Lsn(1 << 24),
                null,
                null,
                1 << 24,
                0,
                null,
                null,
                List.of(created));
        BaseBackup base = new BaseBackup(
                "b",
                "7",
                15,
                1 << 24,
                1,
                new Lsn(0x1000),
                new Lsn(0x1100),
                NOON,
                NOON,
                1,
                1,
                1,
                1,
                BaseBackup.Pieces.WHOLE);
        NewTablespace.refuse(new RecoveryPlan(base, target, 1, List.of(segment), false), entry -> List.of(created));
    }
}
