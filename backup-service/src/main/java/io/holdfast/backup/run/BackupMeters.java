package io.holdfast.backup.run;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupSummary;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.config.ConfigChange;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;

/** Durations, amounts and failures of the backups that this process ran. */
@ApplicationScoped
class BackupMeters {
    private static final Duration[] BUCKETS = {
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(30),
        Duration.ofHours(2),
        Duration.ofHours(8)
    };

    private final MeterRegistry meters;
    private final SourceRegistry sources;

    BackupMeters(MeterRegistry meters, SourceRegistry sources) {
        this.meters = meters;
        this.sources = sources;
    }

    /** A scrape before the first backup sees zeros, so that rates have a beginning. */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) StartupEvent ignored) {
        known();
    }

    void changed(@Observes ConfigChange ignored) {
        known();
    }

    private void known() {
        for (ProtectedSource source : sources.all()) {
            String name = source.ref().name();
            var unused = duration(name);
            for (Amount amount : Amount.values()) {
                var unusedToo = amount(name, amount);
            }
            var unusedAsWell = failures(name, FailureCode.SOURCE_UNREACHABLE);
        }
    }

    void stored(Backup backup, BackupSummary stored, Duration took) {
        String source = backup.source().name();
        duration(source).record(took);
        amount(source, Amount.RAW).increment((double) stored.totals().bytes());
        amount(source, Amount.STORED).increment((double) stored.totals().storedBytes());
        amount(source, Amount.REUSED).increment((double) stored.totals().reusedBytes());
        amount(source, Amount.ROWS).increment((double) stored.totals().rows());
    }

    void failed(String source, FailureCode code) {
        failures(source, code).increment();
    }

    private enum Amount {
        RAW("holdfast.backup.raw", "bytes", "Bytes of rows that backups read"),
        STORED("holdfast.backup.stored", "bytes", "New bytes in the vault"),
        REUSED("holdfast.backup.reused", "bytes", "Bytes of chunks that were in the vault"),
        ROWS("holdfast.backup.rows", "", "Rows that backups read");

        private final String title;
        private final String unit;
        private final String help;

        Amount(String title, String unit, String help) {
            this.title = title;
            this.unit = unit;
            this.help = help;
        }
    }

    private Timer duration(String source) {
        return Timer.builder("holdfast.backup.duration")
                .description("Time from the start of a backup's last attempt to its manifest")
                .tag("source", source)
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }

    private Counter amount(String source, Amount amount) {
        Counter.Builder builder =
                Counter.builder(amount.title).description(amount.help).tag("source", source);
        return (amount.unit.isEmpty() ? builder : builder.baseUnit(amount.unit)).register(meters);
    }

    private Counter failures(String source, FailureCode code) {
        return Counter.builder("holdfast.backup.failures")
                .description("Backups that failed, by code")
                .tag("source", source)
                .tag("code", code.name())
                .register(meters);
    }
}
