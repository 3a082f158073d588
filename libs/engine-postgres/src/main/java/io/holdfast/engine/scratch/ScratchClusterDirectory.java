package io.holdfast.engine.scratch;

import io.holdfast.engine.support.ProcessIdentity;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of one cluster, and which process they belong to, so that those of dead ones can be swept. */
final class ScratchClusterDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ScratchClusterDirectory.class);
    private static final String PREFIX = "holdfast-scratch-";

    /** A socket's path must fit into 107 bytes: {@code /.s.PGSQL.5432} needs 14. */
    private static final int LONGEST = 90;

    private final Path path;
    private final String secret;

    private ScratchClusterDirectory(Path path, String secret) {
        this.path = path;
        this.secret = secret;
    }

    static ScratchClusterDirectory create(Path parent) throws IOException {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        // a server that runs as another user must be able to reach its own folder through this one
        Files.createDirectories(
                parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        Path path = parent.toRealPath().resolve(PREFIX + ProcessIdentity.self() + "-" + secret);
        if (path.toString().length() > LONGEST) {
            throw new IOException(
                    "the path " + path + " is too long for a unix socket; use a shorter scratch directory");
        }
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new ScratchClusterDirectory(path, secret);
    }

    Path path() {
        return path;
    }

    Path data() {
        return path.resolve("data");
    }

    Path log() {
        return path.resolve("log");
    }

    /** Written by the supervisor when the server has ended. */
    Path ended() {
        return path.resolve("ended");
    }

    String secret() {
        return secret;
    }

    /** Stops servers and removes files whose process is gone; what resists, as a dying server writes, is left to the next one. */
    static void sweep(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            return;
        }
        List<Path> found;
        try (Stream<Path> all = Files.list(parent)) {
            found = all.filter(path -> String.valueOf(path.getFileName()).startsWith(PREFIX))
                    .toList();
        }
        for (Path path : found) {
            Optional<ProcessIdentity> owner = ProcessIdentity.of(String.valueOf(path.getFileName()), PREFIX);
            if (owner.isPresent() && !owner.get().alive()) {
                LOG.info("removing {}, left behind by a process that is gone", path);
                postmaster(path).ifPresent(ProcessHandle::destroyForcibly);
                new ScratchClusterDirectory(path, "").delete();
            }
        }
    }

    /** The server of an abandoned directory, if it runs: its process must name the directory. */
    private static Optional<ProcessHandle> postmaster(Path path) {
        try {
            List<String> lines = Files.readAllLines(path.resolve("data").resolve("postmaster.pid"));
            return ProcessHandle.of(Long.parseLong(lines.get(0).strip())).filter(process -> names(process, path));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static boolean names(ProcessHandle process, Path path) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .contains(path.toString());
        } catch (IOException e) {
            return process.info().commandLine().orElse("").contains(path.toString());
        }
    }

    void delete() {
        try {
            delete(path);
        } catch (IOException e) {
            LOG.warn(
                    "scratch directory {} could not be removed: {}; the next proof tries again, remove it by hand if it stays",
                    path,
                    e.toString());
        }
    }

    private static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                // the supervisor removes the same files
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
