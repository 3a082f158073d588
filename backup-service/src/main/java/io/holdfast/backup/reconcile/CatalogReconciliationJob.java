package io.holdfast.backup.reconcile;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.holdfast.vault.Vault;
import io.holdfast.vault.status.BackupStatusReader;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts the catalog right by the vault, which is the truth: at start and hourly. So a lost catalog comes back with the first
 * start on the old vault, and one that was restored from an older copy learns what it missed.
 */
@Singleton
class CatalogReconciliationJob extends RecurringJob {
    private final PinnedVault vaults;
    private final BackupRepository backupRepository;
    private final InstantSource clock;
    private final LiveConfig live;

    /** What was in quarantine when this process looked last: as long as it stays so, no manifest has to be read. */
    private final Map<SourceId, Set<String>> seen = new ConcurrentHashMap<>();

    CatalogReconciliationJob(
            RecurringJobStore jobs,
            PinnedVault vaults,
            BackupRepository backupRepository,
            InstantSource clock,
            LiveConfig live) {
        super(jobs);
        this.vaults = vaults;
        this.backupRepository = backupRepository;
        this.clock = clock;
        this.live = live;
    }

    @Override
    public String kind() {
        return "reconciliation";
    }

    @Override
    protected Duration every() {
        return live.current().platform().reconcileEvery();
    }

    @Override
    protected boolean atStart() {
        return true;
    }

    /** The catalog is read before the vault: a backup has its row before its manifest. */
    @Override
    protected void round(Lease lease) {
        List<CatalogBackupRow> known = lease.commit(CatalogBackupRow::all);
        Map<SourceId, List<CatalogBackupRow>> bySource = known.stream().collect(groupingBy(CatalogBackupRow::source));
        Vault vault = vaults.open();
        Set<SourceId> sources = new HashSet<>(vault.sources());
        sources.addAll(bySource.keySet());
        for (SourceId source : sources) {
            lease.ensureHeld();
            reconcile(vault, source, bySource.getOrDefault(source, List.of()), lease);
        }
    }

    private void reconcile(Vault vault, SourceId source, List<CatalogBackupRow> known, Lease lease) {
        BackupStatusReader backupStatusReader = vault.standings(source);
        Set<String> quarantined = backupStatusReader.quarantined();
        boolean rotten = !quarantined.equals(seen.get(source));
        VaultStateRules vaultStateRules = new VaultStateRules(vault, source, backupStatusReader, rotten, clock);
        new SourceReconciler(source, backupStatusReader, vaultStateRules, backupRepository, lease, clock)
                .run(known.stream().collect(toMap(CatalogBackupRow::id, each -> each, (a, b) -> a, HashMap::new)));
        seen.put(source, quarantined);
    }
}
