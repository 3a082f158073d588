package io.holdfast.transfer.restore;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.compare.DatabaseComparator;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.EngineRegistry;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.read.BackupReader;
import java.util.ArrayList;
import java.util.List;

/** A backup as a new database: loaded under another name, compared row by row, and only then given its own. */
public final class NewDatabaseRestorer {
    private static final int JOBS = 4;

    private final BackupReader backup;
    private final TargetServer target;
    private final DatabaseDescriptor shape;
    private final boolean keepGoing;
    private final TransferListener transferListener;
    private final String staging;

    private NewDatabaseRestorer(
            BackupReader backup, TargetServer target, boolean keepGoing, TransferListener transferListener) {
        this.backup = backup;
        this.target = target;
        this.keepGoing = keepGoing;
        this.shape = DescriptorCodec.of(backup.manifest());
        this.transferListener = transferListener;
        this.staging =
                "holdfast_restore_" + backup.manifest().backup().toString().replace("-", "");
    }

    /** @param findings what the target lacked, and what the copy is therefore without */
    public record Made(ComparisonResult comparison, List<Finding> findings) {
        public Made {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Makes it. Nothing is left of it if that fails; if this process dies, its half under a name that begins with
     * {@code holdfast_restore_}, which the next attempt at the same backup replaces.
     *
     * @param keepGoing whether the copy may lack what its rows contradict, and tables that the server refuses; every row that
     *     was loaded is compared all the same
     * @throws HoldfastException TARGET_EXISTS if the name is taken; ROWS_DIFFER and the like if the copy is not equal; whatever the
     *     engine and the vault fail with
     */
    public static Made of(
            BackupReader backup,
            TargetServer target,
            String database,
            boolean keepGoing,
            TransferListener transferListener) {
        return new NewDatabaseRestorer(backup, target, keepGoing, transferListener).make(database);
    }

    private Made make(String database) {
        if (target.exists(database)) {
            throw HoldfastException.about(
                    database,
                    FailureCode.TARGET_EXISTS,
                    "database \"" + database + "\" exists already and is not touched; choose a name that does not");
        }
        LoadOptions options = new LoadOptions(JOBS, true, true, "holdfast/restore")
                .withLacking(target.lacks(shape))
                .withKeepGoing(keepGoing);
        target.drop(staging);
        boolean made = false;
        try {
            target.create(staging, shape);
            Made copy = compared(options);
            target.rename(staging, database);
            made = true;
            return copy;
        } finally {
            if (!made) {
                target.drop(staging);
            }
        }
    }

    private Made compared(LoadOptions options) {
        try (SchemaDumpFile schema = SchemaDumpFile.of(backup);
                TargetDatabase copy = target.open(staging, options)) {
            LoadReport loadReport = DatabaseLoader.into(copy, backup, schema.file(), options, transferListener);
            ComparisonResult comparison = DatabaseComparator.of(
                    EngineRegistry.of(shape),
                    backup.manifest(),
                    schema.file(),
                    copy,
                    loadReport,
                    options,
                    transferListener);
            List<Finding> findings = new ArrayList<>(loadReport.findings());
            boolean without = findings.stream()
                    .map(Finding::kind)
                    .anyMatch(kind -> kind == Finding.Kind.NOT_MADE || kind == Finding.Kind.NOT_LOADED);
            for (FailureReason difference : comparison.differences()) {
                if (!without || difference.code() != FailureCode.SCHEMA_DIFFERS) {
                    throw differs(comparison, difference);
                }
                findings.add(
                        new Finding(Finding.Kind.NOT_MADE, String.valueOf(difference.object()), difference.message()));
            }
            findings.addAll(DatabaseLoader.admit(copy, backup.manifest()));
            return new Made(comparison, findings);
        }
    }

    private static HoldfastException differs(ComparisonResult comparison, FailureReason one) {
        return new HoldfastException(
                new FailureReason(
                        one.code(),
                        "the copy differs from the backup in "
                                + comparison.differences().size() + " places and was dropped, one being: "
                                + one.message(),
                        one.object()),
                null);
    }
}
