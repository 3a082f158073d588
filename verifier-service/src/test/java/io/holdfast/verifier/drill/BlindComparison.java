package io.holdfast.verifier.drill;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.Engine;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.vault.format.Manifest;
import io.quarkus.test.junit.QuarkusMock;
import java.nio.file.Path;
import java.util.List;

/** A comparison with a defect: it sees no sequence. For the present test. */
public final class BlindComparison extends CopyComparison {
    private BlindComparison() {}

    public static void install() {
        QuarkusMock.installMockForType(new BlindComparison(), CopyComparison.class);
    }

    @Override
    List<FailureReason> differences(
            Engine engine,
            Manifest manifest,
            Path schema,
            TargetDatabase copy,
            LoadReport report,
            LoadOptions options) {
        return super.differences(engine, manifest, schema, copy, report, options).stream()
                .filter(difference -> difference.code() != FailureCode.SEQUENCES_DIFFER)
                .toList();
    }
}
