package io.holdfast.backup.wal;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.UnlimitedRetryHandler;
import io.holdfast.transfer.access.SourceConnector;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One job for each archived source, which lasts as long as the archive is configured. The replica with its lease archives;
 * if it dies, another replica continues where the spool ends, or where the vault ends if the spool is on another machine.
 * The replication slot keeps the WAL meanwhile.
 */
@ApplicationScoped
class WalArchiveJob implements UnlimitedRetryHandler {
    static final String KIND = "wal-archive";
    private static final Logger LOG = Logger.getLogger(WalArchiveJob.class);

    private final SourceRegistry sources;
    private final WalArchiveTable table;
    private final WalArchiveRuns runs;
    private final InstantSource clock;

    WalArchiveJob(SourceRegistry sources, WalArchiveTable table, WalArchiveRuns runs, InstantSource clock) {
        this.sources = sources;
        this.table = table;
        this.runs = runs;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** Each archived source has one job, which does not end. */
    @Override
    public int concurrency() {
        return 256;
    }

    @Override
    public void run(Lease lease) throws InterruptedException {
        SourceId id = SourceId.parse(lease.subject());
        Optional<ProtectedSource> source = sources.configured(id);
        Optional<SourceConfig.Wal> wal = source.flatMap(WalSettings::of);
        if (source.isEmpty() || wal.isEmpty()) {
            end(id, source);
            return;
        }
        try {
            dropFormerSlot(id, source.get(), WalSettings.slot(source.get(), wal.get()));
            runs.of(source.get(), wal.get()).run(lease);
        } catch (HoldfastException e) {
            if (e.code() != FailureCode.LEASE_LOST && e.code() != FailureCode.CANCELLED) {
                table.failed(id, e.reason().message());
            }
            throw e;
        }
        // the settings changed: begin again with the new ones
        lease.postpone(Duration.ZERO, session -> Uni.createFrom().voidItem());
    }

    /**
     * Drops slot and spool: the slot would keep WAL until the server's disk is full, and the WAL in the spool is
     * useless without the slot. The slot of a source that left the configuration stays, because its server's address and
     * password are not known any more: an alert names the slot.
     */
    private void end(SourceId id, Optional<ProtectedSource> source) {
        Optional<WalArchiveRow> row = table.of(id);
        if (row.isEmpty()) {
            return;
        }
        if (source.isPresent()) {
            dropSlot(source.get(), row.get());
            removeSpool(id, source.get().config().wal(), row.get().system());
            table.forget(id);
            LOG.infof(
                    "source %s: its WAL is no longer archived; replication slot %s is dropped",
                    row.get().sourceName(), row.get().slot());
        } else if (sources.retiredAt(id)
                .filter(at -> !WalAlerts.namesSlotOf(at, clock.instant()))
                .isPresent()) {
            table.forget(id);
        }
    }

    /** Repeated until the server answers and no receiver uses the slot. */
    private void dropSlot(ProtectedSource source, WalArchiveRow row) {
        try {
            server(source).dropSlot(row.slot());
        } catch (HoldfastException e) {
            table.failed(
                    row.source(), WalAlerts.notDropped(row.slot(), e.reason().message()));
            throw e;
        }
    }

    private static void removeSpool(SourceId id, Optional<SourceConfig.Wal> wal, @Nullable String system) {
        if (system == null) {
            return;
        }
        Path spool = WalSettings.spool(id, wal, system);
        try {
            ProcessTempDirectory.delete(spool);
        } catch (IOException e) {
            LOG.warnf("spool %s is not removed: %s; remove it", spool, e.toString());
        }
    }

    private void dropFormerSlot(SourceId id, ProtectedSource source, String slot) {
        table.of(id)
                .map(WalArchiveRow::slot)
                .filter(former -> !former.equals(slot))
                .ifPresent(former -> server(source).dropSlot(former));
    }

    private static WalServer server(ProtectedSource source) {
        SourceConnector connector = new SourceConnector(source.ref().name(), source.config());
        return new WalServer(connector.physical(), connector.credentials());
    }

    @Override
    public Uni<Void> failed(Lease lease, HoldfastException failure, Mutiny.Session session) {
        return Uni.createFrom().voidItem();
    }
}
