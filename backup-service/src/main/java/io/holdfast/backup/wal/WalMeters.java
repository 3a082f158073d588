package io.holdfast.backup.wal;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of each archive, read from the platform's database: the same in each replica. A timestamp that does not exist yet
 * is 0, so that "never" can be alerted on.
 */
@ApplicationScoped
class WalMeters {
    private static final Logger LOG = Logger.getLogger(WalMeters.class);
    private static final int EVERY_SECONDS = 10;

    private record Gauge(MultiGauge gauge, ToDoubleFunction<WalArchiveRow> value) {}

    private final SourceRegistry sources;
    private final WalArchiveTable table;
    private final List<Gauge> gauges;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("holdfast-wal-meters").unstarted(task));

    WalMeters(SourceRegistry sources, WalArchiveTable table, MeterRegistry meters) {
        this.sources = sources;
        this.table = table;
        this.gauges = List.of(
                gauge(
                        meters,
                        "holdfast.wal.slot.lag",
                        "bytes",
                        "WAL that the server keeps for the replication slot",
                        WalArchiveRow::slotLag),
                gauge(
                        meters,
                        "holdfast.wal.archived.timestamp",
                        "seconds",
                        "When the vault last had all received WAL; 0: never",
                        row -> seconds(row.shippedAt())),
                gauge(
                        meters,
                        "holdfast.wal.window.start.timestamp",
                        "seconds",
                        "The first instant of the newest window that can be restored; 0: none",
                        row -> seconds(row.windowFrom())),
                gauge(
                        meters,
                        "holdfast.wal.window.end.timestamp",
                        "seconds",
                        "The last instant that can be restored; 0: none",
                        row -> seconds(row.windowTo())),
                gauge(
                        meters,
                        "holdfast.wal.spool.size",
                        "bytes",
                        "WAL in the spool on its way to the vault",
                        WalArchiveRow::spoolBytes),
                gauge(meters, "holdfast.wal.holes", "", "Holes in the archived WAL", WalArchiveRow::holes));
    }

    private static Gauge gauge(
            MeterRegistry meters, String name, String unit, String help, ToDoubleFunction<WalArchiveRow> value) {
        MultiGauge.Builder builder = MultiGauge.builder(name).description(help);
        return new Gauge((unit.isEmpty() ? builder : builder.baseUnit(unit)).register(meters), value);
    }

    private static double seconds(@Nullable Instant at) {
        return at == null ? 0 : at.toEpochMilli() / 1000.0;
    }

    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) StartupEvent ignored) {
        var unused = scheduler.scheduleWithFixedDelay(this::measure, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent ignored) {
        scheduler.shutdownNow();
    }

    private void measure() {
        try {
            List<WalArchiveRow> rows = table.all().stream()
                    .filter(row -> sources.configured(row.source())
                            .flatMap(WalSettings::of)
                            .isPresent())
                    .toList();
            for (Gauge gauge : gauges) {
                gauge.gauge()
                        .register(
                                rows.stream()
                                        .map(row -> MultiGauge.Row.of(
                                                Tags.of("source", name(row)),
                                                gauge.value().applyAsDouble(row)))
                                        .toList(),
                                true);
            }
        } catch (RuntimeException e) { // the edge of a thread that must not end
            LOG.debugf(e, "the metrics of WAL archives keep their last values");
        }
    }

    private String name(WalArchiveRow row) {
        return sources.configured(row.source())
                .map(ProtectedSource::ref)
                .map(ref -> ref.name())
                .orElse(row.sourceName());
    }
}
