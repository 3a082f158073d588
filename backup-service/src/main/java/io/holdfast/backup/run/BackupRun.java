package io.holdfast.backup.run;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.StoredBackup;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.Sources;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.eventing.Progress;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.transfer.Capture;
import io.holdfast.transfer.Listener;
import io.holdfast.transfer.SourceAccess;
import io.holdfast.transfer.Subject;
import io.holdfast.vault.BackupWriter;
import io.holdfast.vault.Contents;
import io.holdfast.vault.Manifest;
import io.holdfast.vault.Totals;
import io.holdfast.vault.Vault;
import io.holdfast.vault.WriteOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Locale;

/** One run: from the open vault and the open snapshot to the committed manifest. */
@ApplicationScoped
class BackupRun {
    private static final long SEGMENT_BYTES = 8L << 20;
    private static final long IN_FLIGHT_BYTES = 32L << 20;

    private final HoldfastConfig config;
    private final Sources sources;
    private final KnownVault vaults;
    private final Progress progress;
    private final InstantSource clock;

    BackupRun(HoldfastConfig config, Sources sources, KnownVault vaults, Progress progress, InstantSource clock) {
        this.config = config;
        this.sources = sources;
        this.vaults = vaults;
        this.progress = progress;
        this.clock = clock;
    }

    StoredBackup of(Backup backup, Lease lease) {
        ProtectedSource source = sources.named(backup.source().name());
        Vault vault = vaults.open();
        if (vault.backups(backup.source().id()).contains(backup.id())) {
            return stored(vault.manifest(backup.source().id(), backup.id()));
        }
        lease.ensureHeld();
        return stored(capture(backup, source, vault));
    }

    private Manifest capture(Backup backup, ProtectedSource source, Vault vault) {
        SourceAccess access = new SourceAccess(source.ref().name(), source.config());
        SnapshotOptions options = access.options("holdfast/backup " + backup.id());
        Subject subject =
                new Subject(source.ref().name(), backup.kind(), backup.labels(), access.scope(), clock.instant());
        try (Snapshot snapshot = access.engine().open(access.address(), access.password(), options);
                BackupWriter writer = vault.write(backup.source().id(), backup.id(), writing(source))) {
            return Capture.run(snapshot, writer, options.readers(), subject, telling(backup));
        }
    }

    private WriteOptions writing(ProtectedSource source) {
        int readers = source.config().limits().readers();
        return WriteOptions.STANDARD
                .compression(source.config().limits().compression())
                .budget((readers + 1) * SEGMENT_BYTES + IN_FLIGHT_BYTES)
                .maxDuration(config.platform().maxDuration());
    }

    private Listener telling(Backup backup) {
        return (phase, bytes, total, rows) -> progress.report(new JobProgressed(
                JobProgressed.Kind.BACKUP,
                backup.id().toString(),
                backup.source(),
                phase.name().toLowerCase(Locale.ROOT),
                bytes,
                total > 0 ? total : null,
                rows,
                clock.instant()));
    }

    private static StoredBackup stored(Manifest manifest) {
        Contents contents = manifest.contents();
        Totals totals = manifest.totals();
        return new StoredBackup(
                contents.snapshotAt(),
                contents.server().engine(),
                contents.server().version(),
                new BackupTotals(
                        totals.tables(),
                        totals.rows(),
                        totals.bytes(),
                        totals.newStoredBytes(),
                        totals.storedBytes() - totals.newStoredBytes()),
                contents.partial(),
                contents.findings().stream().map(Contents.Finding::message).toList());
    }
}
