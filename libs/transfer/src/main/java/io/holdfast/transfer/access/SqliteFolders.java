package io.holdfast.transfer.access;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The folders below which SQLite files may be. Compares real paths: symbolic links are resolved. */
public final class SqliteFolders {
    private final List<Path> folders;

    private SqliteFolders(List<Path> folders) {
        this.folders = folders;
    }

    /** Those of {@code sqlite.folders}, or else the folders of the configured SQLite sources. */
    public static SqliteFolders of(HoldfastConfig config) {
        return new SqliteFolders(config.sqlite().folders(config.sources()));
    }

    /**
     * Refuses a file outside the folders. Call before the file is opened or created.
     *
     * @param code of the failure
     * @throws HoldfastException with this code; its message names {@code sqlite.folders}
     */
    public void check(Path file, FailureCode code) {
        try {
            Path real = real(file);
            for (Path folder : folders) {
                Path root = real(folder);
                if (real.startsWith(root) && !real.equals(root)) {
                    return;
                }
            }
            throw outside(file, code, real.equals(file) ? "" : "its real path " + real + " ");
        } catch (IOException e) {
            throw outside(
                    file, code, "its real path cannot be read (" + e.getClass().getSimpleName() + "), so it ");
        }
    }

    private HoldfastException outside(Path file, FailureCode code, String what) {
        String known = folders.stream().map(Path::toString).collect(Collectors.joining(", "));
        return HoldfastException.about(
                file.toString(),
                code,
                file + ": " + (what.isEmpty() ? "the file " : what) + "is not below a folder for SQLite files ("
                        + (known.isEmpty() ? "there is none" : known)
                        + "); choose such a folder, or add this one to sqlite.folders of holdfast.yaml");
    }

    /** Of a file that does not exist: the real path of what exists, and the rest. A dangling link has none. */
    private static Path real(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path existing = absolute;
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
            Path parent = existing.getParent();
            if (parent == null) {
                throw new IOException(path + ": nothing of this path exists");
            }
            existing = parent;
        }
        return existing.toRealPath().resolve(existing.relativize(absolute)).normalize();
    }
}
