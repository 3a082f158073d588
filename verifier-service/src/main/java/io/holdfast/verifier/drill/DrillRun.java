package io.holdfast.verifier.drill;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import io.holdfast.drill.DrillReport;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.JobOutage;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.progress.ProgressReporter;
import io.holdfast.transfer.access.VaultConnector;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.verifier.scratch.KeptCopies;
import io.holdfast.verifier.scratch.RestoredCopy;
import io.holdfast.verifier.scratch.ScratchDatabaseName;
import io.holdfast.verifier.scratch.ScratchRestore;
import io.holdfast.verifier.scratch.StagingRestore;
import io.holdfast.verifier.verification.VerifierVaultProvider;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Holds one drill: chooses the backup, restores it, checks the copy, tests the checks, writes the report. */
@ApplicationScoped
class DrillRun {
    private final VerifierVaultProvider vaults;
    private final ScratchRestore scratch;
    private final StagingRestore stagingRestore;
    private final Drills drills;
    private final DatabaseControls databaseControls;
    private final DrillReports reports;
    private final KeptCopies keptCopies;
    private final ProgressReporter progressReporter;
    private final LiveConfig live;
    private final InstantSource clock;

    DrillRun(
            VerifierVaultProvider vaults,
            ScratchRestore scratch,
            StagingRestore stagingRestore,
            Drills drills,
            DatabaseControls databaseControls,
            DrillReports reports,
            KeptCopies keptCopies,
            ProgressReporter progressReporter,
            LiveConfig live,
            InstantSource clock) {
        this.vaults = vaults;
        this.scratch = scratch;
        this.stagingRestore = stagingRestore;
        this.drills = drills;
        this.databaseControls = databaseControls;
        this.reports = reports;
        this.keptCopies = keptCopies;
        this.progressReporter = progressReporter;
        this.live = live;
        this.clock = clock;
    }

    /**
     * Holds a drill.
     *
     * @throws HoldfastException CANCELLED, LEASE_LOST or VAULT_UNREACHABLE; everything else is in the outcome
     */
    DrillOutcome of(Drill drill, Lease lease) {
        try {
            Vault vault = vaults.open();
            Instant startedAt = clock.instant();
            Optional<SourceConfig> config =
                    Optional.ofNullable(live.current().sources().get(drill.sourceName()));
            Optional<StagingTarget> staging = drill.kind().equals(DrillReport.STAGING)
                    ? Optional.of(StagingTarget.of(live.current(), drill.sourceName()))
                    : Optional.empty();
            DrillBackups.Chosen chosen = new DrillBackups(vault, startedAt).of(drill, config);
            List<Drill> earlier = lease.commit(
                    session -> drills.measured(session, drill.sourceName(), drill.kind(), DrillReports.EARLIER));
            DrillOutcome outcome =
                    held(new DrillContext(drill, chosen, config, startedAt, earlier, staging), vault, lease);
            lease.ensureHeld();
            return outcome;
        } catch (HoldfastException holdfastException) {
            if (isAboutTheWorker(holdfastException.code()) || JobOutage.isOfVault(holdfastException)) {
                throw holdfastException;
            }
            return new DrillOutcome.Inconclusive(holdfastException.reason());
        }
    }

    private DrillOutcome held(DrillContext context, Vault vault, Lease lease) {
        SourceRef source = context.chosen().source();
        BackupId backup = context.chosen().backup();
        boolean keep = context.drill().keep().isPresent();
        if (keep) {
            keptCopies.requireClosedServer();
        }
        Manifest manifest;
        try {
            manifest = vault.manifest(source.id(), backup);
        } catch (HoldfastException holdfastException) {
            return failed(source, backup, holdfastException);
        }
        vault.context()
                .store()
                .get(VaultLayout.manifest(source.id(), backup))
                .map(bytes -> DrillManifest.of(context.drill().id(), bytes))
                .ifPresent(kept -> lease.commit(session -> drills.keep(session, kept)));
        try {
            ScratchDatabaseName place = place(context.drill(), lease);
            DrillReports.Written written = restored(context, vault, manifest, place, lease);
            return new DrillOutcome.Done(
                    source,
                    backup,
                    written.report(),
                    written.reason(),
                    keep
                            ? new DrillOutcome.KeptCopy(
                                    place.name(), keptCopies.server().orElseThrow())
                            : null);
        } catch (HoldfastException holdfastException) {
            if (!holdfastException.code().isBackupFault()) {
                throw holdfastException;
            }
            DrillReports.Written written = reports.notRestored(context, manifest, holdfastException.reason());
            return new DrillOutcome.Done(source, backup, written.report(), written.reason(), null);
        }
    }

    private static ScratchDatabaseName place(Drill drill, Lease lease) {
        ScratchDatabaseName.Purpose purpose = drill.kind().equals(DrillReport.STAGING)
                ? ScratchDatabaseName.Purpose.STAGING
                : ScratchDatabaseName.Purpose.DRILL;
        return new ScratchDatabaseName(purpose, drill.id(), lease.epoch());
    }

    private DrillReports.Written restored(
            DrillContext context, Vault vault, Manifest manifest, ScratchDatabaseName place, Lease lease) {
        TransferListener listener = telling(context);
        boolean keep = context.drill().keep().isPresent();
        Function<Collection<VerificationId>, Set<VerificationId>> ended =
                ids -> lease.commit(session -> drills.ended(session, ids));
        Function<RestoredCopy, DrillReports.Written> work = copy -> checked(context, copy, vault, listener, lease);
        if (context.staging().isPresent()) {
            return stagingRestore.replace(
                    context.staging().get().connector(),
                    vault,
                    manifest,
                    new StagingRestore.Attempt(place, ended, lease::ensureHeld),
                    listener,
                    work,
                    written -> written.reason() == null);
        }
        return context.drill().kind().equals(DrillReport.TOTAL_LOSS)
                ? scratch.workOffline(vault, offlineVault(), manifest, place, ended, lease::ensureHeld, keep, work)
                : scratch.work(vault, manifest, place, ended, listener, keep, work);
    }

    private DrillReports.Written checked(
            DrillContext context, RestoredCopy copy, Vault vault, TransferListener listener, Lease lease) {
        DrillChecks checks = new DrillChecks(context, copy);
        checks.run(listener);
        lease.ensureHeld();
        List<ControlResult> controls = Stream.concat(
                        new VaultControls(vault, copy.manifest()).run().stream(),
                        databaseControls.run(copy, vault, lease::ensureHeld).stream())
                .toList();
        return reports.of(context, copy, checks, controls);
    }

    private ScratchRestore.OfflineVault offlineVault() {
        HoldfastConfig config = live.current();
        return new ScratchRestore.OfflineVault(
                VaultConnector.settings(config.vault()),
                config.vault().keyFile(),
                config.platform().grace());
    }

    private static DrillOutcome failed(SourceRef source, BackupId backup, HoldfastException holdfastException) {
        if (!holdfastException.code().isBackupFault()) {
            throw holdfastException;
        }
        FailureReason reason = holdfastException.reason();
        return new DrillOutcome.Done(source, backup, null, reason, null);
    }

    private static boolean isAboutTheWorker(FailureCode code) {
        return code == FailureCode.CANCELLED || code == FailureCode.LEASE_LOST;
    }

    private TransferListener telling(DrillContext context) {
        return (phase, bytes, total, rows) -> progressReporter.report(new JobProgressed(
                JobProgressed.Kind.VERIFICATION,
                context.drill().id().toString(),
                context.chosen().source(),
                phase.name().toLowerCase(Locale.ROOT),
                bytes,
                total > 0 ? total : null,
                rows,
                clock.instant()));
    }
}
