package io.holdfast.engine.scratch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A place for the data directory of a throw-away server, in {@code holdfast-recovery} of the folder of temporary files. It is
 * removed when it is closed; that of a killed process is removed, with its server, when the next one is created.
 */
public final class RecoveryDirectory implements AutoCloseable {
    private final ScratchClusterDirectory directory;

    private RecoveryDirectory(ScratchClusterDirectory directory) {
        this.directory = directory;
    }

    /** @return the parent of all recovery directories; its file system must have room for them */
    public static Path parent() throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"), "holdfast-recovery");
        // a server that runs as another user must be able to reach its data through this one
        Files.createDirectories(
                parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        ScratchClusterDirectory.sweep(parent);
        return parent;
    }

    public static RecoveryDirectory create() throws IOException {
        Path parent = parent();
        ScratchClusterDirectory created = ScratchClusterDirectory.create(parent);
        Files.setPosixFilePermissions(created.path(), PosixFilePermissions.fromString("rwx--x--x"));
        return new RecoveryDirectory(created);
    }

    /** @return the data directory, which does not exist yet */
    public Path data() {
        return directory.data();
    }

    @Override
    public void close() {
        directory.delete();
    }
}
