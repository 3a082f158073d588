package io.holdfast.verifier.scratch;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.VerificationId;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Restores a backup to a scratch database, lets somebody work on it, and throws it away. */
@ApplicationScoped
public class ScratchRestore {
    private static final LoadOptions OPTIONS = new LoadOptions(4, true, true, "holdfast/proof");

    private static final Logger LOG = Logger.getLogger(ScratchRestore.class);

    private final ScratchTargetFactory scratchTargetFactory;

    ScratchRestore(ScratchTargetFactory scratchTargetFactory) {
        this.scratchTargetFactory = scratchTargetFactory;
    }

    /**
     * Restores a backup and works on the copy.
     *
     * @param ended which of some proofs or drills have ended: what their workers left is dropped
     * @throws HoldfastException with a code for which {@link FailureCode#isBackupFault} if the backup cannot be restored; any
     *     other says nothing of the backup
     */
    public <T> T work(
            Vault vault,
            Manifest manifest,
            ScratchDatabaseName place,
            Function<Collection<VerificationId>, Set<VerificationId>> ended,
            TransferListener transferListener,
            Function<RestoredCopy, T> work) {
        return work(vault, manifest, place, ended, transferListener, false, work);
    }

    /**
     * The same; the copy may stay.
     *
     * @param keep whether the copy stays when the work ends without a failure; whoever keeps it drops it
     */
    public <T> T work(
            Vault vault,
            Manifest manifest,
            ScratchDatabaseName place,
            Function<Collection<VerificationId>, Set<VerificationId>> ended,
            TransferListener transferListener,
            boolean keep,
            Function<RestoredCopy, T> work) {
        DatabaseDescriptor shape = DescriptorCodec.of(manifest);
        try (ScratchTarget scratchTarget = asked(() -> scratchTargetFactory.of(shape))) {
            TargetServer target = scratchTarget.target();
            OrphanedDatabaseCleaner.drop(target, place.purpose(), ended);
            asked(() -> place.namesBefore().forEach(target::drop));
            boolean kept = false;
            try {
                asked(() -> target.create(place.name(), shape));
                asked(() -> target.closeToOthers(place.name()));
                T result = work(scratchTarget, place, vault, manifest, transferListener, work);
                kept = keep;
                return result;
            } finally {
                if (!kept) {
                    dropSurely(target, place.name());
                }
            }
        }
    }

    /** What the server does before anything is restored says nothing of the backup, whatever it fails with. */
    private static <T> T asked(Supplier<T> ofTheServer) {
        try {
            return ofTheServer.get();
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code().isBackupFault()) {
                throw HoldfastException.of(
                        FailureCode.SCRATCH_UNAVAILABLE,
                        holdfastException.reason().message(),
                        holdfastException);
            }
            throw holdfastException;
        }
    }

    private static void asked(Runnable ofTheServer) {
        asked(() -> {
            ofTheServer.run();
            return true;
        });
    }

    /** Also when this thread is to stop; what cannot be dropped now hides nothing of what happened before. */
    public static void dropSurely(TargetServer target, String name) {
        boolean interrupted = Thread.interrupted();
        try {
            target.drop(name);
        } catch (HoldfastException holdfastException) {
            LOG.warnf("scratch database %s is left behind: %s", name, holdfastException.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <T> T work(
            ScratchTarget scratchTarget,
            ScratchDatabaseName place,
            Vault vault,
            Manifest manifest,
            TransferListener transferListener,
            Function<RestoredCopy, T> work) {
        RestoreTimer timer = new RestoreTimer(transferListener);
        // tablespaces and label providers: what a scratch server lacks is no fault of the backup
        LoadOptions options =
                OPTIONS.withLacking(asked(() -> scratchTarget.target().lacks(DescriptorCodec.of(manifest))));
        try (BackupReader backup = vault.reader(manifest.source(), manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup);
                TargetDatabase database = asked(() -> scratchTarget.target().open(place.name(), options))) {
            LoadReport loadReport = DatabaseLoader.into(database, backup, schema.file(), options, timer);
            return work.apply(new RestoredCopy(
                    scratchTarget.engine(),
                    scratchTarget.target(),
                    place,
                    backup,
                    schema.file(),
                    database,
                    loadReport,
                    options,
                    timer.ended()));
        }
    }
}
