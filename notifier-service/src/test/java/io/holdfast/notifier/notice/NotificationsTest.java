package io.holdfast.notifier.notice;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.notifier.rule.AlertRule;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NotificationsTest {
    /** Words of a channel's events that select alerts of a rule with another word, or their end. */
    private static final List<String> ALERTS_ONLY = List.of("ALERT_RESOLVED", "BACKUP_UNPROVEN", "RESTORE_ROLLED_BACK");

    @Test
    void everyTypeIsToldAsItsKindOrNotAtAll() {
        Map<String, String> kinds = new TreeMap<>();
        Samples.all()
                .forEach(sample -> kinds.put(
                        sample.name(),
                        sample.notice()
                                .map(notice -> String.valueOf(notice.kind()))
                                .orElse("")));

        assertThat(kinds)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("BackupStarted", ""),
                        Map.entry("BackupCompleted", "BACKUP_COMPLETED"),
                        Map.entry("BackupFailed", ""),
                        Map.entry("BackupCancelled", "BACKUP_CANCELLED"),
                        Map.entry("BackupProven", "BACKUP_PROVEN"),
                        Map.entry("BackupUnproven", ""),
                        Map.entry("BackupHeld", ""),
                        Map.entry("BackupReleased", ""),
                        Map.entry("BackupDeleted", "BACKUP_DELETED"),
                        Map.entry("SourceChanged", ""),
                        Map.entry("BackupSkipped", ""),
                        Map.entry("SlotMissed", ""),
                        Map.entry("SourcePaused", ""),
                        Map.entry("SourceResumed", ""),
                        Map.entry("SourceRetired", ""),
                        Map.entry("RetentionCompleted", ""),
                        Map.entry("ConfigurationReloaded", ""),
                        Map.entry("ConfigurationRefused", ""),
                        Map.entry("RequestRejected", "REQUEST_REJECTED"),
                        Map.entry("OperationPerformed", "BACKUP_DELETED_MANUALLY"),
                        Map.entry("OperationRefused", ""),
                        Map.entry("TokenUsed", ""),
                        Map.entry("RestoreAwaitingApproval", "RESTORE_AWAITING_APPROVAL"),
                        Map.entry("RestoreApproved", ""),
                        Map.entry("RestoreExpired", ""),
                        Map.entry("RestoreStarted", "RESTORE_STARTED"),
                        Map.entry("RestoreSwitched", ""),
                        Map.entry("RestoreCompleted", "RESTORE_COMPLETED"),
                        Map.entry("RestoreFailed", ""),
                        Map.entry("RestoreCancelled", "RESTORE_CANCELLED"),
                        Map.entry("RestoreRolledBack", ""),
                        Map.entry("MaintenanceStarted", "MAINTENANCE_STARTED"),
                        Map.entry("MaintenanceEnded", "MAINTENANCE_ENDED"),
                        Map.entry("RestorePlanned", ""),
                        Map.entry("RestoreWatchEnded", ""),
                        Map.entry("KeptDatabaseDropped", "RESTORE_COMPLETED"),
                        Map.entry("VerificationStarted", ""),
                        Map.entry("VerificationPassed", ""),
                        Map.entry("VerificationFailed", ""),
                        Map.entry("VerificationInconclusive", ""),
                        Map.entry("DrillCompleted", "DRILL_COMPLETED"),
                        Map.entry("AlertRaised", ""),
                        Map.entry("AlertResolved", "")));
        kinds.put(
                "OperationPerformed of an export",
                String.valueOf(Samples.of("OperationPerformed")
                        .with("\"DELETE\"", "\"EXPORT\"")
                        .notice()
                        .orElseThrow()
                        .kind()));
        List<String> ofAlerts = java.util.Arrays.stream(AlertRule.values())
                .map(rule -> rule.event().name())
                .toList();
        assertThat(java.util.Arrays.stream(NotifiedEvent.values()).map(Enum::name))
                .allSatisfy(kind -> assertThat(
                                kinds.values().contains(kind) || ofAlerts.contains(kind) || ALERTS_ONLY.contains(kind))
                        .as(kind)
                        .isTrue());
    }

    @Test
    void aRefusedRestoreIsNoFailureForTheChannels() {
        Notification notice = Samples.of("RestoreFailed")
                .with("\"refused\": false", "\"refused\": true")
                .notice()
                .orElseThrow();

        assertThat(notice.kind()).isEqualTo(NotifiedEvent.REQUEST_REJECTED);
        assertThat(notice.mood()).isEqualTo(Notification.Mood.WARNING);
    }

    @Test
    void theStartOfARestoreToAnInstantNamesTheInstant() {
        Notification started = Samples.of("RestoreStarted")
                .with("\"database\":", "\"pointInTime\": \"2026-01-09T10:00:00Z\", \"database\":")
                .notice()
                .orElseThrow();

        assertThat(started.facts()).anySatisfy(fact -> {
            assertThat(fact.label()).isEqualTo("Point in time");
            assertThat(fact.value()).isEqualTo("2026-01-09 10:00:00 UTC");
        });
    }

    @Test
    void whatIsKeptWithADeliveryIsReadBackAsItWas() throws IOException {
        for (Samples.Sample sample : Samples.all()) {
            Notification notice = sample.notice().orElseGet(() -> Notification.test("ops", Instant.EPOCH));
            String kept = EventJson.mapper().writeValueAsString(notice);

            assertThat(EventJson.mapper().readValue(kept, Notification.class)).isEqualTo(notice);
        }
    }

    @Test
    void whatIsNotGoodSaysWhatToDo() {
        for (Samples.Sample sample : Samples.all()) {
            sample.notice()
                    .filter(notice -> notice.mood() == Notification.Mood.BAD)
                    .ifPresent(notice ->
                            assertThat(notice.todo()).as(sample.name()).isNotBlank());
        }
    }

    @ParameterizedTest
    @EnumSource(FailureCode.class)
    void everyFailureHasARemedy(FailureCode code) {
        assertThat(RemediationHints.forBackup(code, "portal")).contains("holdfast backup portal");
        assertThat(RemediationHints.forRestore(code)).contains("restore");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "999, 999 bytes",
        "1000, 1.0 kB",
        "999949, 999.9 kB",
        "999950, 1.0 MB",
        "73400320, 73.4 MB",
        "1500000000, 1.5 GB",
        "9223372036854775807, 9.2 EB"
    })
    void sizesAreReadable(long bytes, String text) {
        assertThat(NumberFormats.size(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0 s", "950, 1.0 s", "9999, 10.0 s", "40250, 40 s", "61000, 1 min 1 s", "7260000, 2 h 1 min"})
    void durationsAreReadable(long millis, String text) {
        assertThat(NumberFormats.duration(millis)).isEqualTo(text);
    }
}
