package io.holdfast.backup.watch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gauges with one value for each source. A source that is gone loses its values with the next measurement. */
final class SourceGauges {
    private final Map<Metric, MultiGauge> gauges = new HashMap<>();
    private final Map<Metric, List<MultiGauge.Row<?>>> rows = new HashMap<>();

    enum Metric {
        LAST_SUCCESS(
                "holdfast.backup.last.success.timestamp",
                "seconds",
                "Snapshot time of the newest stored backup; 0: none"),
        LAST_PROOF(
                "holdfast.backup.last.proof.timestamp",
                "seconds",
                "Snapshot time of the newest proven backup; 0: none"),
        RECOVERY_POINT(
                "holdfast.backup.recovery.point.timestamp",
                "seconds",
                "Snapshot time of the newest backup that counts for the objective: proven, or stored where proofs are not"
                        + " required; 0: none"),
        LAST_FAILURE("holdfast.backup.last.failure.timestamp", "seconds", "End of the newest failed backup; 0: none"),
        RUNNING_SINCE(
                "holdfast.backup.running.since.timestamp",
                "seconds",
                "Start of the longest running backup; 0: none runs"),
        NEXT_RUN("holdfast.backup.next.run.timestamp", "seconds", "Start of the next scheduled backup; 0: no schedule"),
        RPO("holdfast.backup.rpo.objective", "seconds", "Maximum age of the newest proven backup; 0: no objective"),
        UP("holdfast.source.up", "", "Whether the last check of the source passed; -1: not checked yet"),
        LATENCY("holdfast.source.latency", "seconds", "Round trip of the last passed check; 0: none"),
        BACKUPS("holdfast.backups", "", "Backups in the catalog, by state"),
        VAULT_BYTES("holdfast.vault.size", "bytes", "Stored bytes of the backups that are not deleted"),
        LISTED_OBJECTS(
                "holdfast.vault.listed.objects",
                "",
                "Objects of the source in the vault at its last sweep; 0: none yet"),
        LISTED_BYTES("holdfast.vault.listed.size", "bytes", "Bytes of these objects, as the vault lists them");

        private final String title;
        private final String unit;
        private final String help;

        Metric(String title, String unit, String help) {
            this.title = title;
            this.unit = unit;
            this.help = help;
        }
    }

    SourceGauges(MeterRegistry meters) {
        for (Metric metric : Metric.values()) {
            MultiGauge.Builder builder = MultiGauge.builder(metric.title).description(metric.help);
            gauges.put(metric, (metric.unit.isEmpty() ? builder : builder.baseUnit(metric.unit)).register(meters));
        }
    }

    void set(Metric metric, Tags tags, double value) {
        rows.computeIfAbsent(metric, any -> new ArrayList<>()).add(MultiGauge.Row.of(tags, value));
    }

    void set(Metric metric, Tags tags, @Nullable Instant at) {
        set(metric, tags, at == null ? 0 : at.toEpochMilli() / 1000.0);
    }

    /** Makes what was set since the last time visible. */
    void publish() {
        gauges.forEach((metric, gauge) -> gauge.register(rows.getOrDefault(metric, List.of()), true));
        rows.clear();
    }
}
