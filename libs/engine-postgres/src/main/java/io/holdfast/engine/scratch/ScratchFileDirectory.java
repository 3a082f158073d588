package io.holdfast.engine.scratch;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.io.IOException;
import java.nio.file.Path;

/** A private directory for databases that are files, gone with whatever is in it when it is closed. */
public final class ScratchFileDirectory implements AutoCloseable {
    private final ScratchClusterDirectory directory;

    private ScratchFileDirectory(ScratchClusterDirectory directory) {
        this.directory = directory;
    }

    /** Also removes what processes that are gone left behind there. Fails with SCRATCH_UNAVAILABLE. */
    public static ScratchFileDirectory in(Path parent) {
        try {
            ScratchClusterDirectory.sweep(parent);
            return new ScratchFileDirectory(ScratchClusterDirectory.create(parent));
        } catch (IOException e) {
            throw HoldfastException.of(
                    FailureCode.SCRATCH_UNAVAILABLE,
                    "no scratch directory can be made in " + parent + " (" + e + "); set holdfast.scratch.directory to"
                            + " one that this service's user may write to",
                    e);
        }
    }

    public Path path() {
        return directory.path();
    }

    @Override
    public void close() {
        directory.delete();
    }
}
