package io.holdfast.backup.wal;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.config.SourceConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;

/** The dependencies of each run of an archive. */
@ApplicationScoped
class WalArchiveRuns {
    private final SourceRegistry sources;
    private final PinnedVault vaults;
    private final WalArchiveTable table;
    private final InstantSource clock;

    WalArchiveRuns(SourceRegistry sources, PinnedVault vaults, WalArchiveTable table, InstantSource clock) {
        this.sources = sources;
        this.vaults = vaults;
        this.table = table;
        this.clock = clock;
    }

    WalArchiveRun of(ProtectedSource source, SourceConfig.Wal wal) {
        return new WalArchiveRun(
                source,
                wal,
                vaults.open(),
                table,
                clock,
                () -> sources.configured(source.ref().id())
                        .filter(now -> now.config().equals(source.config())
                                && now.ref().equals(source.ref()))
                        .isPresent());
    }
}
