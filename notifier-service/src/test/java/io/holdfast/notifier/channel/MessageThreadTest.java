package io.holdfast.notifier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageThreadTest {
    @ParameterizedTest
    @CsvSource({
        "backup/1/completed, backup/1",
        "backup/1/unproven/2026-01-15T14:30:00Z, backup/1",
        "restore/2/restore-started, restore/2",
        "alert/backup-overdue/portal/raised/2026-01-15T14:30:00Z, alert/backup-overdue/portal",
        "alert/backup-overdue/portal/resolved/2026-01-15T15:30:00Z, alert/backup-overdue/portal",
        "alert/3/acknowledged, alert/3",
        "digest/ops/2026-01-15T07:00:00Z,",
        "request//ci/deploy-1/rejected,",
        "operation/backup/dana/2026-01-15T14:30:00Z,",
        "test/ops,"
    })
    void oneThreadForEachBackupRestoreAndAlert(String thing, String thread) {
        assertThat(MessageThread.keyOf(notice(thing, List.of())).orElse(null)).isEqualTo(thread);
    }

    @Test
    void aProofBelongsToTheThreadOfItsBackup() {
        String completed = thread("BackupCompleted");

        assertThat(thread("BackupProven")).isEqualTo(completed);
    }

    private static String thread(String sample) {
        return MessageThread.keyOf(Samples.of(sample).notice().orElseThrow()).orElseThrow();
    }

    private static Notification notice(String thing, List<Notification.Fact> facts) {
        return new Notification(null, thing, null, Notification.Mood.INFO, "title", "", facts, null, null);
    }
}
