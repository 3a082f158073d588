package io.holdfast.restore.load;

import static java.util.Objects.requireNonNull;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.targets.RestoreProgress;
import io.holdfast.restore.targets.TargetRegistry;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.BackupSession;
import io.holdfast.transfer.backup.SnapshotAsOf;
import io.holdfast.vault.Vault;
import io.holdfast.vault.write.WriteOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * The backup that a restore to a point in time takes of the database of that instant. It has the restore's id, so that a worker
 * that takes over finds it, kind {@code SAFETY}, so that it is never taken for the latest one, and the instant as its time.
 */
@ApplicationScoped
class InstantBackup {
    private static final String LABEL = "point-in-time";

    private final TargetRegistry sources;
    private final RestoreProgress progress;
    private final InstantSource clock;

    InstantBackup(TargetRegistry sources, RestoreProgress progress, InstantSource clock) {
        this.sources = sources;
        this.progress = progress;
        this.clock = clock;
    }

    static BackupId id(Restore restore) {
        return new BackupId(restore.id().value());
    }

    static Instant instant(Restore restore) {
        return requireNonNull(restore.wish().request().at());
    }

    boolean exists(Restore restore, Vault vault) {
        return vault.backups(restore.source().id()).contains(id(restore));
    }

    /**
     * Takes it; the manifest is written last.
     *
     * @param state a database that has the state of the instant, and that nobody else reads
     * @param instant the time of the state
     * @throws HoldfastException SOURCE_* and VAULT_*
     */
    void take(Restore restore, Vault vault, SourceDatabase state, Instant instant) {
        String name = restore.source().name();
        SourceConfig config = sources.config(name);
        SourceConnector access = new SourceConnector(name, config);
        SnapshotOptions options = access.options("holdfast/restore " + restore.id(), blocked -> {})
                .withBytesPerSecond(0);
        BackupMetadata metadata =
                new BackupMetadata(name, BackupKind.SAFETY, List.of(LABEL), access.scope(), clock.instant());
        WriteOptions writing = WriteOptions.STANDARD.compression(config.limits().compression());
        try (BackupSession session = BackupSession.open(
                () -> new SnapshotAsOf(state.open(options), instant),
                () -> vault.write(restore.source().id(), id(restore), writing))) {
            var unused = session.capture(options.readers(), metadata, progress.of(restore));
        }
    }
}
