package io.holdfast.verifier.drill;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.vault.format.Manifest;
import io.holdfast.verifier.scratch.RestoredCopy;
import io.quarkus.test.junit.QuarkusMock;
import jakarta.enterprise.inject.Vetoed;
import java.util.List;

/** A comparison with a defect: it sees no sequence. For the present test. */
@Vetoed
public final class BlindComparison extends CopyComparison {
    private BlindComparison() {}

    public static void install() {
        QuarkusMock.installMockForType(new BlindComparison(), CopyComparison.class);
    }

    @Override
    List<FailureReason> differences(
            RestoredCopy of,
            Manifest manifest,
            TargetDatabase copy,
            LoadReport report,
            LoadOptions options,
            boolean schema) {
        return super.differences(of, manifest, copy, report, options, schema).stream()
                .filter(difference -> difference.code() != FailureCode.SEQUENCES_DIFFER)
                .toList();
    }
}
