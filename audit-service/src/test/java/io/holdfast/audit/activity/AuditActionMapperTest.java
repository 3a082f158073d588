package io.holdfast.audit.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupKind;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditActionMapperTest {

    @Test
    void everyTypeHasItsName() {
        Map<String, String> names = new LinkedHashMap<>();
        for (Samples.Sample sample : Samples.all()) {
            AuditAction action = AuditActionMapper.of(sample.event());
            names.put(sample.name(), action.name() + " " + action.status().word() + " " + action.entityType());
        }

        assertThat(names)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("BackupRequested", "backup_requested info backup"),
                        Map.entry("BackupCancellationRequested", "backup_cancellation_requested info backup"),
                        Map.entry("BackupStarted", "backup_started info backup"),
                        Map.entry("BackupCompleted", "database_backup_created success backup"),
                        Map.entry("BackupFailed", "scheduled_backup_failed failure backup"),
                        Map.entry("BackupCancelled", "backup_cancelled info backup"),
                        Map.entry("BackupProven", "backup_proven success backup"),
                        Map.entry("BackupUnproven", "backup_unproven failure backup"),
                        Map.entry("BackupHeld", "backup_held success backup"),
                        Map.entry("BackupReleased", "backup_released success backup"),
                        Map.entry("BackupDeleted", "backup_deleted success backup"),
                        Map.entry("SourceChanged", "source_changed info source"),
                        Map.entry("BackupSkipped", "backup_skipped info source"),
                        Map.entry("SlotMissed", "slot_missed failure source"),
                        Map.entry("SourcePaused", "source_paused success source"),
                        Map.entry("SourceResumed", "source_resumed success source"),
                        Map.entry("SourceRetired", "source_retired info source"),
                        Map.entry("RetentionCompleted", "retention_completed success source"),
                        Map.entry("ConfigurationReloaded", "configuration_reloaded success configuration"),
                        Map.entry("ConfigurationRefused", "configuration_refused rejected configuration"),
                        Map.entry("RequestRejected", "request_rejected rejected request"),
                        Map.entry("OperationPerformed", "operation_performed success operation"),
                        Map.entry("OperationRefused", "operation_refused rejected operation"),
                        Map.entry("TokenUsed", "token_used info token"),
                        Map.entry("TokenCreated", "token_created success token"),
                        Map.entry("TokenRevoked", "token_revoked success token"),
                        Map.entry("RestoreRequested", "restore_requested info restore"),
                        Map.entry("RollbackRequested", "rollback_requested info restore"),
                        Map.entry("RestoreCancellationRequested", "restore_cancellation_requested info restore"),
                        Map.entry("RestoreAwaitingApproval", "restore_awaiting_approval info restore"),
                        Map.entry("RestoreApproved", "restore_approved success restore"),
                        Map.entry("RestoreExpired", "restore_expired failure restore"),
                        Map.entry("RestoreStarted", "restore_started info restore"),
                        Map.entry("RestoreSwitched", "restore_switched success restore"),
                        Map.entry("RestoreCompleted", "database_restored success restore"),
                        Map.entry("RestoreFailed", "restore_failed failure restore"),
                        Map.entry("RestoreCancelled", "restore_cancelled info restore"),
                        Map.entry("RestoreRolledBack", "restore_rolled_back failure restore"),
                        Map.entry("MaintenanceStarted", "maintenance_started info restore"),
                        Map.entry("MaintenanceEnded", "maintenance_ended info restore"),
                        Map.entry("RestorePlanned", "restore_planned info restore"),
                        Map.entry("RestoreWatchEnded", "restore_watch_ended success restore"),
                        Map.entry("KeptDatabaseDropped", "kept_database_dropped info restore"),
                        Map.entry("VerificationRequested", "verification_requested info backup"),
                        Map.entry("DrillRequested", "drill_requested info drill"),
                        Map.entry("VerificationStarted", "verification_started info verification"),
                        Map.entry("VerificationPassed", "verification_passed success verification"),
                        Map.entry("VerificationFailed", "verification_failed failure verification"),
                        Map.entry("VerificationInconclusive", "verification_inconclusive failure verification"),
                        Map.entry("DrillCompleted", "drill_completed success drill"),
                        Map.entry("AlertRaised", "alert_raised failure alert"),
                        Map.entry("AlertResolved", "alert_resolved success alert"),
                        Map.entry("NotificationDelivered", "notification_delivered success delivery"),
                        Map.entry("NotificationFailed", "notification_failed failure delivery"),
                        Map.entry("JobProgressed", "job_progressed info backup")));
    }

    @Test
    void scheduledAndOtherBackupsKeepTheNamesTheyAlwaysHad() {
        assertThat(completed(BackupKind.SCHEDULED)).isEqualTo("scheduled_backup_completed");
        assertThat(completed(BackupKind.MANUAL)).isEqualTo("database_backup_created");
        assertThat(completed(BackupKind.SAFETY)).isEqualTo("database_backup_created");
    }

    @Test
    void whoDidItAndHowLongItTookAreTakenFromTheEvent() {
        assertThat(action("BackupHeld").operator()).isNotBlank();
        assertThat(action("RestoreApproved").operator()).isNotBlank();
        assertThat(action("BackupCompleted").durationMillis()).isEqualTo(40250);
        assertThat(action("BackupCompleted").source()).isEqualTo("portal");
        assertThat(action("BackupCompleted").entityId()).isEqualTo("019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f");
    }

    private static String completed(BackupKind kind) {
        String json = sample("BackupCompleted").json();
        Samples.Sample changed = new Samples.Sample(
                sample("BackupCompleted").topic(),
                sample("BackupCompleted").type(),
                json.replace("\"MANUAL\"", "\"" + kind + "\""));
        return AuditActionMapper.of(changed.event()).name();
    }

    private static AuditAction action(String name) {
        return AuditActionMapper.of(sample(name).event());
    }

    private static Samples.Sample sample(String name) {
        return Samples.all().stream()
                .filter(sample -> sample.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
