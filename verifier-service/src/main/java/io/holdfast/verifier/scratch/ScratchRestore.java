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
import io.holdfast.vault.store.S3Settings;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Restores a backup to a scratch database, lets somebody work on it, and throws it away. */
@ApplicationScoped
public class ScratchRestore {
    static final LoadOptions OPTIONS = new LoadOptions(4, true, true, "holdfast/proof");

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
     * @param keep whether the copy stays when the work ends without a failure; the caller then drops it
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
        return onServer(shape, place, ended, keep, scratchTarget -> {
            asked(() -> scratchTarget.target().create(place.name(), shape));
            asked(() -> scratchTarget.target().closeToOthers(place.name()));
            return load(scratchTarget, place, vault, manifest, OPTIONS, transferListener, work);
        });
    }

    /** Restores into a database that was created, empty, and works on it. */
    static <T> T load(
            ScratchTarget scratchTarget,
            ScratchDatabaseName place,
            Vault vault,
            Manifest manifest,
            LoadOptions options,
            TransferListener transferListener,
            Function<RestoredCopy, T> work) {
        RestoreTimer timer = new RestoreTimer(transferListener);
        return opened(
                scratchTarget,
                place,
                vault,
                manifest,
                options,
                (backup, schema, database, all) ->
                        new Loaded(DatabaseLoader.into(database, backup, schema.file(), all, timer), timer.ended()),
                work);
    }

    /**
     * The same, but a process of its own restores the backup with the vault and its key file alone. The measured time begins
     * before the server is started, and ends when the database has answered a query.
     *
     * @param settings of the vault, for the process
     * @param stillWanted asked meanwhile; what it throws ends the process
     */
    public <T> T workOffline(
            Vault vault,
            OfflineVault settings,
            Manifest manifest,
            ScratchDatabaseName place,
            Function<Collection<VerificationId>, Set<VerificationId>> ended,
            Runnable stillWanted,
            boolean keep,
            Function<RestoredCopy, T> work) {
        DatabaseDescriptor shape = DescriptorCodec.of(manifest);
        long began = System.nanoTime();
        return onServer(shape, place, ended, keep, scratchTarget -> {
            OfflineRestore.Answer answer = OfflineRestoreProcess.run(
                    new OfflineRestore.Order(
                            settings.store(),
                            settings.keyFile().toString(),
                            settings.grace(),
                            manifest.source().toString(),
                            manifest.backup().toString(),
                            shape.engine(),
                            scratchTarget.address().text(),
                            scratchTarget.address().password().reveal(),
                            scratchTarget.address().loader(),
                            place.name()),
                    stillWanted);
            Loaded loaded = new Loaded(
                    answer.report(),
                    new RestoredCopy.Times(
                            Duration.ofNanos(System.nanoTime() - began).toMillis(), 0, 0));
            return opened(
                    scratchTarget, place, vault, manifest, OPTIONS, (backup, schema, database, all) -> loaded, work);
        });
    }

    /** Starts or asks the server, drops what earlier attempts left, and drops the database unless it is kept. */
    private <T> T onServer(
            DatabaseDescriptor shape,
            ScratchDatabaseName place,
            Function<Collection<VerificationId>, Set<VerificationId>> ended,
            boolean keep,
            Function<ScratchTarget, T> restored) {
        try (ScratchTarget scratchTarget = asked(() -> scratchTargetFactory.of(shape))) {
            TargetServer target = scratchTarget.target();
            OrphanedDatabaseCleaner.drop(target, place.purpose(), ended);
            asked(() -> place.namesBefore().forEach(target::drop));
            boolean kept = false;
            try {
                T result = restored.apply(scratchTarget);
                kept = keep;
                return result;
            } finally {
                if (!kept) {
                    dropSurely(target, place.name());
                }
            }
        }
    }

    /** The settings with which a separate process opens the vault. */
    public record OfflineVault(S3Settings store, Path keyFile, Duration grace) {
        /** Without its secrets. */
        @Override
        public String toString() {
            return "vault with key file " + keyFile;
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

    private record Loaded(LoadReport report, RestoredCopy.Times times) {}

    @FunctionalInterface
    private interface Load {
        Loaded into(BackupReader backup, SchemaDumpFile schema, TargetDatabase database, LoadOptions options);
    }

    private static <T> T opened(
            ScratchTarget scratchTarget,
            ScratchDatabaseName place,
            Vault vault,
            Manifest manifest,
            LoadOptions wanted,
            Load load,
            Function<RestoredCopy, T> work) {
        // tablespaces and label providers: what a scratch server lacks is no fault of the backup
        LoadOptions options =
                wanted.withLacking(asked(() -> scratchTarget.target().lacks(DescriptorCodec.of(manifest))));
        try (BackupReader backup = vault.reader(manifest.source(), manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup);
                TargetDatabase database = asked(() -> scratchTarget.target().open(place.name(), options))) {
            Loaded loaded = load.into(backup, schema, database, options);
            return work.apply(new RestoredCopy(
                    scratchTarget.engine(),
                    scratchTarget.target(),
                    place,
                    backup,
                    schema.file(),
                    database,
                    loaded.report(),
                    options,
                    loaded.times()));
        }
    }
}
