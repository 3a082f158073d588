package io.holdfast.verifier.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.SourceDrills;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DrillYearTest {
    private static final String CRON = "0 3 15 1,4,7,10 *";
    private static final SourceRef SHOP = new SourceRef(SourceId.next(InstantSource.system()), "shop");
    private static final HoldfastConfig CONFIG =
            HoldfastConfig.parse("""
            holdfast:
              vault: { endpoint: "http://127.0.0.1:1", bucket: bucket, access-key: { env: A }, secret-key: { env: A },
                       key-file: vault.key }
              sources: { shop: { engine: postgres, url: "postgresql://shop@127.0.0.1/shop", environment: production,
                                 schedule: { drills: ["%s"] } } }
            """.formatted(CRON), Path.of("holdfast.yaml"), Environment.of(Map.of("A", "a")));

    private static SourceDrills line(Instant since, Instant now, Drill... drills) {
        return new DrillYear(2026, now, Map.of(new DrillSlots.Key("shop", CRON), since))
                .summary(CONFIG.sources(), List.of(drills))
                .sources()
                .getFirst();
    }

    private static Drill drill(@Nullable String fireAt, DrillOutcome outcome) {
        Instant at = fireAt == null ? Instant.parse("2026-05-05T05:05:05Z") : Instant.parse(fireAt);
        Drill drill = Drill.requested(
                VerificationId.next(InstantSource.system()),
                new DrillRequest(
                        "shop", DrillReport.RESTORE_TEST, null, fireAt == null ? null : at, "operator", null, null),
                at);
        drill.started(at);
        drill.ended(outcome, at.plusSeconds(60));
        return drill;
    }

    private static DrillOutcome done(@Nullable FailureReason reason) {
        return new DrillOutcome.Done(SHOP, BackupId.next(InstantSource.system()), null, reason, null);
    }

    @Test
    void slotsWithoutADrillThatSaysSomethingAreMissing() {
        FailureReason bad = FailureReason.of(FailureCode.CHECKS_FAILED, "bad");

        SourceDrills line = line(
                Instant.parse("2025-01-01T00:00:00Z"),
                Instant.parse("2026-11-01T00:00:00Z"),
                drill("2026-01-15T03:00:00Z", done(null)),
                drill("2026-04-15T03:00:00Z", done(bad)),
                drill("2026-07-15T03:00:00Z", new DrillOutcome.Inconclusive(bad)),
                drill(null, done(null)));

        assertThat(line.due()).isEqualTo(4);
        assertThat(line.done()).isEqualTo(3);
        assertThat(line.passed()).isEqualTo(2);
        assertThat(line.missing()).isEqualTo(2);
        assertThat(line.lastPassedAt()).isEqualTo(Instant.parse("2026-05-05T05:06:05Z"));
    }

    @Test
    void slotsOfStagingDrillsAreCountedApart() {
        HoldfastConfig config =
                HoldfastConfig.parse("""
                holdfast:
                  vault: { bucket: bucket, key-file: vault.key }
                  sources:
                    shop: { engine: postgres, url: "postgresql://shop@127.0.0.1/shop", schedule: { drills: ["%s"] },
                            drill: { staging: { database: stage, mask: ["delete from app.sessions"], schedule: ["%s"] } } }
                    stage: { engine: postgres, url: "postgresql://shop@127.0.0.1/stage", environment: staging }
                """.formatted(CRON, CRON), Path.of("holdfast.yaml"), Environment.of(Map.of()));
        Instant since = Instant.parse("2025-01-01T00:00:00Z");

        SourceDrills line = new DrillYear(
                        2026,
                        Instant.parse("2026-02-01T00:00:00Z"),
                        Map.of(
                                new DrillSlots.Key("shop", CRON),
                                since,
                                new DrillSlots.Key("shop", "staging " + CRON),
                                since))
                .summary(config.sources(), List.of(drill("2026-01-15T03:00:00Z", done(null))))
                .sources()
                .getFirst();

        assertThat(line.due()).isEqualTo(2);
        assertThat(line.missing()).isEqualTo(1);
    }

    @Test
    void neitherSlotsOfTheFutureNorThoseBeforeTheScheduleWereDue() {
        SourceDrills line = line(Instant.parse("2026-02-01T00:00:00Z"), Instant.parse("2026-08-01T00:00:00Z"));

        assertThat(line.due()).isEqualTo(2);
        assertThat(line.missing()).isEqualTo(2);
        assertThat(line.environment()).isEqualTo("production");
    }
}
