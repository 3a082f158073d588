package io.holdfast.verifier.proof;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.JobOutage;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.progress.ProgressReporter;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.BackupCheckReport;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.SourceRecord;
import io.holdfast.verifier.scratch.ScratchDatabaseName;
import io.holdfast.verifier.scratch.ScratchRestore;
import io.holdfast.verifier.verification.Verification;
import io.holdfast.verifier.verification.VerificationRepository;
import io.holdfast.verifier.verification.VerificationTotals;
import io.holdfast.verifier.verification.VerificationVerdict;
import io.holdfast.verifier.verification.VerifierVaultProvider;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Comes to a verdict about one backup, and leaves the proof of it in the vault. */
@ApplicationScoped
class BackupVerifier {
    private final VerifierVaultProvider vaults;
    private final VerificationRepository verificationRepository;
    private final ScratchRestore scratch;
    private final ProofWriter proofs;
    private final ProgressReporter progressReporter;
    private final LiveConfig live;
    private final InstantSource clock;

    BackupVerifier(
            VerifierVaultProvider vaults,
            VerificationRepository verificationRepository,
            ScratchRestore scratch,
            ProofWriter proofs,
            ProgressReporter progressReporter,
            InstantSource clock,
            LiveConfig live) {
        this.vaults = vaults;
        this.verificationRepository = verificationRepository;
        this.scratch = scratch;
        this.proofs = proofs;
        this.progressReporter = progressReporter;
        this.clock = clock;
        this.live = live;
    }

    /**
     * Verifies a backup.
     *
     * @throws HoldfastException CANCELLED, LEASE_LOST or VAULT_UNREACHABLE; everything else is in the verdict
     */
    VerificationVerdict verify(Verification verification, Lease lease) {
        try {
            Vault vault = vaults.open();
            Judgement judgement = judged(vault, verification, lease);
            lease.ensureHeld();
            proofs.keep(vault, verification, judgement.verdict(), judgement.replaced());
            return judgement.verdict();
        } catch (HoldfastException holdfastException) {
            if (isAboutTheWorker(holdfastException.code()) || JobOutage.isOfVault(holdfastException)) {
                throw holdfastException;
            }
            return new VerificationVerdict.Inconclusive(holdfastException.reason());
        }
    }

    /** @param replaced {@link BackupCheckReport#replaced} */
    private record Judgement(VerificationVerdict verdict, List<String> replaced) {}

    private Judgement judged(Vault vault, Verification verification, Lease lease) {
        try {
            Manifest manifest = manifest(vault, verification);
            Optional<Proof> contradiction = vault.standings(manifest.source())
                    .verdict(manifest.backup())
                    .filter(Proof::contradicts);
            if (contradiction.isPresent()) {
                return new Judgement(new VerificationVerdict.Failed(reason(contradiction.get())), List.of());
            }
            BackupCheckReport report = checked(vault, manifest, verification);
            VerificationVerdict verdict = report.intact()
                    ? passed(vault, manifest, verification, lease)
                    : new VerificationVerdict.Failed(reason(manifest, report));
            return new Judgement(verdict, report.replaced());
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code().isBackupFault()) {
                return new Judgement(new VerificationVerdict.Failed(holdfastException.reason()), List.of());
            }
            throw holdfastException;
        }
    }

    /** The source is an unsigned event's claim: a backup that the vault has under another source is not missing. */
    private Manifest manifest(Vault vault, Verification verification) {
        SourceId source = verification.source().id();
        BackupId backup = verification.backupId();
        try {
            return vault.manifest(source, backup);
        } catch (HoldfastException missing) {
            if (missing.code() == FailureCode.MANIFEST_MISSING
                    && (!vault.sources().contains(source)
                            || vaults.sourceOf(backup).isPresent())) {
                throw HoldfastException.about(
                        backup.toString(),
                        FailureCode.BACKUP_UNKNOWN,
                        "backup " + backup + " does not belong to source " + source
                                + " in the vault, which its event names; check which clients may write to "
                                + Topic.BACKUP_EVENTS.topicName());
            }
            throw missing;
        }
    }

    /** The name under which the configuration has the source: an event's only if the vault knows it, too. */
    private static String nameOf(Vault vault, SourceRef claimed) {
        return vault.source(claimed.id())
                .filter(known ->
                        known.names().stream().noneMatch(named -> named.name().equals(claimed.name())))
                .map(SourceRecord::name)
                .orElse(claimed.name());
    }

    /** What a restore reads anyway is not read before. */
    private BackupCheckReport checked(Vault vault, Manifest manifest, Verification verification) {
        TransferListener transferListener = telling(verification);
        CheckLevel level = switch (verification.level()) {
            case INTACT -> CheckLevel.READ;
            case PROVEN -> CheckLevel.LISTED;
        };
        return vault.check(
                manifest.source(),
                manifest.backup(),
                level,
                (done, total) -> transferListener.at(TransferListener.Phase.CHECKING, done, total, 0));
    }

    private VerificationVerdict passed(Vault vault, Manifest manifest, Verification verification, Lease lease) {
        return switch (verification.level()) {
            case INTACT ->
                new VerificationVerdict.Passed(new VerificationTotals(
                        manifest.totals().tables(),
                        manifest.totals().rows(),
                        manifest.totals().bytes(),
                        0,
                        List.of()));
            case PROVEN ->
                scratch.work(
                        vault,
                        manifest,
                        new ScratchDatabaseName(ScratchDatabaseName.Purpose.PROOF, verification.id(), lease.epoch()),
                        ids -> lease.commit(session -> verificationRepository.ended(session, ids)),
                        telling(verification),
                        copy -> CopyVerdict.of(
                                copy,
                                Optional.ofNullable(live.current().sources().get(nameOf(vault, verification.source()))),
                                telling(verification)));
        };
    }

    /** A restore cannot disprove it: the copy equals the manifest, but not the database. */
    private static FailureReason reason(Proof contradiction) {
        return FailureReason.of(
                FailureCode.ROWS_DIFFER,
                contradiction.summary(),
                contradiction.backup().toString());
    }

    private static FailureReason reason(Manifest manifest, BackupCheckReport report) {
        BackupCheckReport.Problem first = report.problems().getFirst();
        FailureCode code = first.fault() == ChunkFault.MISSING ? FailureCode.CHUNK_MISSING : FailureCode.CHUNK_CORRUPT;
        return FailureReason.of(
                code,
                "backup " + manifest.backup() + ": " + report.problems().size() + " of " + report.chunks()
                        + " chunks are missing or damaged, the first being "
                        + first.chunk().id() + " ("
                        + first.fault().name().toLowerCase(Locale.ROOT) + "), which holds rows of "
                        + String.join(", ", first.affected()) + "; take a new backup and keep an older proven one",
                first.chunk().id().toString());
    }

    private static boolean isAboutTheWorker(FailureCode code) {
        return code == FailureCode.CANCELLED || code == FailureCode.LEASE_LOST;
    }

    private TransferListener telling(Verification it) {
        return (phase, bytes, total, rows) -> progressReporter.report(new JobProgressed(
                JobProgressed.Kind.VERIFICATION,
                it.id().toString(),
                it.source(),
                phase.name().toLowerCase(Locale.ROOT),
                bytes,
                total > 0 ? total : null,
                rows,
                clock.instant()));
    }
}
