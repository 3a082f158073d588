package io.holdfast.verifier.scratch;

import io.holdfast.config.HoldfastConfig;
import io.quarkus.test.junit.QuarkusMock;

/** Proofs and kept copies on the server that a configuration names, where no scratch directory can be made; for the present test. */
public final class NamedScratch {
    private NamedScratch() {}

    public static void install(HoldfastConfig config) {
        QuarkusMock.installMockForType(
                new ScratchTargetFactory(() -> config, "/proc/nowhere"), ScratchTargetFactory.class);
        QuarkusMock.installMockForType(new KeptCopies(() -> config), KeptCopies.class);
    }
}
