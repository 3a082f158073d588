package io.holdfast.verifier.recovery;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.vault.Vault;
import io.holdfast.verifier.verification.VerifierVaultProvider;
import io.holdfast.wal.BaseBackup;
import io.holdfast.wal.BaseBackups;
import io.holdfast.wal.ComparedRows;
import io.holdfast.wal.RecoveryProof;
import io.holdfast.wal.RecoveryProofs;
import io.holdfast.wal.RecoveryProver;
import io.holdfast.wal.WalArchive;
import io.holdfast.wal.WalIndex;
import io.holdfast.wal.WalWindows;
import io.holdfast.wal.rows.ComparableBackups;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Recovers each new base backup of an archived source in scratch, and weekly the position of a backup whose rows are then
 * compared; an instant chosen at random if there is no such backup. A round proves at most one point of each server. The proofs are documents in the vault: backup-service reads them for windows and alerts.
 * A worker that dies leaves no proof, and the next round does the recovery again.
 */
@Singleton
class RecoveryProofJob extends RecurringJob {
    private static final Logger LOG = Logger.getLogger(RecoveryProofJob.class);

    private final LiveConfig config;
    private final VerifierVaultProvider vaults;
    private final InstantSource clock;
    private final Duration every;

    RecoveryProofJob(
            RecurringJobStore jobs,
            LiveConfig config,
            VerifierVaultProvider vaults,
            InstantSource clock,
            @ConfigProperty(name = "holdfast.recovery.proofs-tick", defaultValue = "10m") Duration every) {
        super(jobs);
        this.config = config;
        this.vaults = vaults;
        this.clock = clock;
        this.every = every;
    }

    @Override
    public String kind() {
        return "recovery-proofs";
    }

    @Override
    protected Duration every() {
        return every;
    }

    @Override
    protected boolean atStart() {
        return true;
    }

    @Override
    protected void round(Lease lease) {
        for (Map.Entry<String, SourceConfig> source : config.current().sources().entrySet()) {
            if (source.getValue()
                    .wal()
                    .filter(wal -> wal.enabled() && wal.prove())
                    .isPresent()) {
                proveOrLog(source.getKey(), source.getValue(), lease);
            }
        }
    }

    /** A source whose archive cannot be read does not prevent the proofs of others. */
    private void proveOrLog(String name, SourceConfig source, Lease lease) {
        lease.ensureHeld();
        try {
            Vault vault = vaults.open();
            vault.findSource(name)
                    .ifPresent(id -> WalArchive.systems(vault, id)
                            .forEach(system ->
                                    prove(vault, id, system, new SourceConnector(name, source), name, lease)));
        } catch (HoldfastException e) {
            if (e.code() == FailureCode.LEASE_LOST || e.code() == FailureCode.CANCELLED) {
                throw e;
            }
            LOG.warnf("source %s: its base backups are not proven: %s", name, e.getMessage());
        }
    }

    private void prove(Vault vault, SourceId id, String system, SourceConnector source, String name, Lease lease) {
        BaseBackups bases = new BaseBackups(vault, id);
        WalArchive archive = WalArchive.of(vault, id, system);
        RecoveryProofs proofs = RecoveryProofs.of(vault, id, system);
        List<BaseBackup> listed = bases.list(system);
        WalIndex index = archive.index();
        List<RecoveryProof> earlier = proofs.list();
        PostgresTools tools = PostgresTools.find(null);
        Instant now = clock.instant();
        RecoveryProofs.due(
                        WalWindows.of(listed, index).windows(),
                        earlier,
                        now,
                        () -> ThreadLocalRandom.current().nextDouble())
                .map(due -> due.instant() == null
                        ? due
                        : new ComparableBackups(vault, id, system, tools)
                                .next(listed, index, earlier, now)
                                .map(due::comparing)
                                .orElse(due))
                .ifPresent(due -> {
                    RecoveryProof proof = new RecoveryProver(bases, archive, tools, clock)
                            .prove(due, listed, source.databaseName(), source.user(), lease::ensureHeld);
                    lease.ensureHeld();
                    // retention may have removed the base backup meanwhile
                    if (bases.list(system).stream().anyMatch(base -> base.id().equals(proof.base()))) {
                        proofs.put(proof.keepingDifferences(earlier));
                        log(name, proof);
                    }
                });
    }

    private static void log(String name, RecoveryProof proof) {
        String point = proof.instant() == null
                ? "base backup " + proof.base()
                : proof.instant().toString();
        if (proof.outcome() == RecoveryProof.Outcome.PROVEN) {
            ComparedRows rows = proof.rows();
            LOG.infof(
                    "source %s: %s is proven by a recovery of %d ms%s",
                    name,
                    point,
                    proof.millis(),
                    rows == null
                            ? ""
                            : "; the rows of " + rows.tables() + " tables are those of backup " + rows.backup());
        } else {
            LOG.warnf("source %s: %s is not proven (%s): %s", name, point, proof.outcome(), proof.reason());
        }
    }
}
