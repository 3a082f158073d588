package io.holdfast.backup.wal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.RetiredSource;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WalAlertsTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final SourceRef REF = new SourceRef(new SourceId(new UUID(0, 1)), "portal");
    private static final long GB = 1_000_000_000;

    @Test
    void anArchiveThatWorksRaisesNothing() {
        assertThat(names(row(NOW.minusSeconds(60), 0, 8 * GB, true, null, null)))
                .isEmpty();
    }

    @Test
    void anArchiveThatIsTenMinutesBehindIsReportedWithTheReason() {
        List<AlertCondition> found = alerts(row(NOW.minusSeconds(700), 0, 8 * GB, true, null, null));

        assertThat(found).extracting(AlertCondition::name).containsExactly("wal-archive-behind");
        assertThat(found.getFirst().summary()).contains("11m").contains("the vault is away");
    }

    @Test
    void anArchiveThatNeverStoredAnythingIsReportedOnceItHadTheTime() {
        assertThat(names(row(null, 0, 8 * GB, true, null, null))).containsExactly("wal-archive-behind");
    }

    @Test
    void theLagIsReportedBeforeTheServerInvalidatesTheSlotOrItsDiskIsFull() {
        assertThat(names(row(NOW, 3 * GB, 5 * GB, true, null, null))).isEmpty();
        assertThat(names(row(NOW, 5 * GB, 3 * GB, true, null, null))).containsExactly("wal-slot-lag");
        assertThat(names(row(NOW, 5 * GB, null, true, null, null))).containsExactly("wal-slot-lag");
    }

    @Test
    void aGapIsReportedUntilABaseBackupCoversThePresentAndForADay() {
        assertThat(names(row(NOW, 0, GB, false, null, null))).containsExactly("wal-gap");
        assertThat(names(row(NOW, 0, GB, true, NOW.minusSeconds(3600), null))).containsExactly("wal-gap");
        assertThat(names(row(NOW, 0, GB, true, NOW.minusSeconds(90_000), null))).isEmpty();
    }

    @Test
    void aFailedBaseBackupIsReported() {
        assertThat(names(row(NOW, 0, GB, true, null, "no room"))).containsExactly("base-backup-failed");
    }

    @Test
    void aRecoveryThatFailedOrIsOverdueIsReported() {
        assertThat(names(proofs(NOW.minusSeconds(8 * 86_400), null, false))).isEmpty();
        assertThat(names(proofs(NOW.minusSeconds(10 * 86_400), null, false))).containsExactly("recovery-unproven");
        assertThat(alerts(proofs(NOW, "base backup 1: PostgreSQL could not recover", true)))
                .extracting(AlertCondition::severity)
                .containsExactly(AlertEvent.Severity.CRITICAL);
        assertThat(alerts(proofs(NOW, "base backup 1: disk is full", false)))
                .extracting(AlertCondition::severity)
                .containsExactly(AlertEvent.Severity.WARNING);
    }

    @Test
    void aSlotThatIsNotDroppedIsNamedWithTheStatementThatDropsIt() {
        WalArchiveRow row = row(NOW, 0, GB, true, null, null);
        RetiredSource retired = new RetiredSource(REF, "postgres", null, NOW.minusSeconds(86_400));

        assertThat(WalAlerts.ofRetired(retired, row, NOW))
                .singleElement()
                .satisfies(alert -> assertThat(alert.name()).isEqualTo("wal-slot-left"))
                .satisfies(
                        alert -> assertThat(alert.summary()).contains("pg_drop_replication_slot('holdfast_portal')"));
        assertThat(WalAlerts.ofRetired(retired, row, NOW.plusSeconds(7 * 86_400)))
                .isEmpty();
        assertThat(WalAlerts.ofEnded(new ProtectedSource(REF, config()), row))
                .as("the failure is one of archiving")
                .isEmpty();
        WalArchiveRow failed = failed(row, WalAlerts.notDropped(row.slot(), "connection refused"));
        assertThat(WalAlerts.ofEnded(new ProtectedSource(REF, config()), failed))
                .singleElement()
                .satisfies(alert -> assertThat(alert.summary()).contains("connection refused"));
    }

    private static List<String> names(WalArchiveRow row) {
        return alerts(row).stream().map(AlertCondition::name).toList();
    }

    private static List<AlertCondition> alerts(WalArchiveRow row) {
        ProtectedSource source = new ProtectedSource(REF, config());
        return WalAlerts.of(source, WalSettings.of(source).orElseThrow(), row, NOW);
    }

    private static WalArchiveRow row(
            @Nullable Instant shipped,
            long lag,
            @Nullable Long safe,
            boolean current,
            @Nullable Instant gap,
            @Nullable String baseFailure) {
        return new WalArchiveRow(
                REF.id(),
                REF.name(),
                "holdfast_portal",
                "7000000000000000001",
                NOW.minusSeconds(86_400),
                null,
                shipped,
                0,
                "the vault is away",
                lag,
                safe,
                true,
                NOW.minusSeconds(80_000),
                NOW,
                gap == null ? 0 : 1,
                current,
                gap,
                baseFailure,
                null,
                null,
                false);
    }

    private static WalArchiveRow proofs(@Nullable Instant proven, @Nullable String failure, boolean fault) {
        WalArchiveRow row = row(NOW, 0, GB, true, null, null);
        return changed(row, row.failure(), proven, failure, fault);
    }

    private static WalArchiveRow failed(WalArchiveRow row, String failure) {
        return changed(row, failure, null, null, false);
    }

    private static WalArchiveRow changed(
            WalArchiveRow row,
            @Nullable String archiving,
            @Nullable Instant proven,
            @Nullable String failure,
            boolean fault) {
        return new WalArchiveRow(
                row.source(),
                row.sourceName(),
                row.slot(),
                row.system(),
                row.since(),
                row.shippedLsn(),
                row.shippedAt(),
                row.spoolBytes(),
                archiving,
                row.slotLag(),
                row.slotSafe(),
                row.keepLimited(),
                row.windowFrom(),
                row.windowTo(),
                row.holes(),
                row.current(),
                row.gapAt(),
                row.baseFailure(),
                proven,
                failure,
                fault);
    }

    private static SourceConfig config() {
        String yaml = """
                holdfast:
                  vault: { bucket: holdfast, key-file: vault.key }
                  sources: { portal: { engine: postgres, url: "postgresql://a@localhost/b", wal: { window: 7d } } }
                """;
        return requireNonNull(HoldfastConfig.parse(yaml, Path.of("holdfast.yaml"), variable -> Optional.empty())
                .sources()
                .get("portal"));
    }
}
