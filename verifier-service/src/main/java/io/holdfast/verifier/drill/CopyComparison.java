package io.holdfast.verifier.drill;

import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.Engine;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.transfer.compare.DatabaseComparator;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.Manifest;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.List;

/** The comparison that the negative controls of databases test: the one of every proof and drill. */
@ApplicationScoped
class CopyComparison {
    List<FailureReason> differences(
            Engine engine,
            Manifest manifest,
            Path schema,
            TargetDatabase copy,
            LoadReport report,
            LoadOptions options) {
        return DatabaseComparator.of(engine, manifest, schema, copy, report, options, TransferListener.NONE)
                .differences();
    }
}
