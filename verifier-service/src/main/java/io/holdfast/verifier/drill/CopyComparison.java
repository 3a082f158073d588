package io.holdfast.verifier.drill;

import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.transfer.compare.DatabaseComparator;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.Manifest;
import io.holdfast.verifier.scratch.RestoredCopy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The comparison that the negative controls of databases test: the one of every proof and drill. */
@ApplicationScoped
class CopyComparison {
    /** @param schema whether the definitions are compared as well */
    List<FailureReason> differences(
            RestoredCopy of,
            Manifest manifest,
            TargetDatabase copy,
            LoadReport report,
            LoadOptions options,
            boolean schema) {
        return schema
                ? DatabaseComparator.of(
                                of.engine(), manifest, of.schema(), copy, report, options, TransferListener.NONE)
                        .differences()
                : DatabaseComparator.withoutSchema(of.engine(), manifest, copy, report, options)
                        .differences();
    }
}
