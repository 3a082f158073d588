package io.holdfast.engine.support;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of this process's temporary files, in {@code java.io.tmpdir}. Its mode is 0700, because the files hold rows,
 * definitions and passwords. It is removed when the process exits; the folder of a killed process is removed by the next
 * process of the same user that creates a temporary file.
 */
public final class ProcessTempDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessTempDirectory.class);

    /** The process holds a lock on this file: process ids of another container on the same folder are unknown here. */
    private static final String LOCK = "lock";

    private static final FileAttribute<?> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Folders of processes; the second form was created by earlier versions. */
    private static final List<String> PREFIXES = List.of("holdfast-", "holdfast-sqlite-");

    /** Loaded before the shutdown hook runs, when class loaders may be closed. */
    private static final SimpleFileVisitor<Path> DELETING = new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // another thread deleted it
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    };

    private static @Nullable Path folder;
    private static @Nullable FileChannel lock;

    private ProcessTempDirectory() {}

    /** Creates a file with mode 0600. The caller deletes it. */
    public static Path file(String prefix, String suffix) throws IOException {
        return Files.createTempFile(folder(), prefix, suffix, PRIVATE_FILE);
    }

    /** Creates a file of this name with mode 0600, in a folder of this class. */
    public static Path create(Path file) throws IOException {
        return Files.createFile(file, PRIVATE_FILE);
    }

    /** Creates a folder with mode 0700. The caller deletes it. */
    public static Path directory(String prefix) throws IOException {
        return Files.createTempDirectory(folder(), prefix, PRIVATE_FOLDER);
    }

    /** @return the folder of this process, created if it does not exist */
    public static synchronized Path folder() throws IOException {
        Path known = folder;
        if (known != null && Files.isDirectory(known, LinkOption.NOFOLLOW_LINKS)) {
            return known;
        }
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        Path created =
                Files.createTempDirectory(parent, PREFIXES.getFirst() + ProcessIdentity.self() + "-", PRIVATE_FOLDER);
        if (known == null) {
            Runtime.getRuntime().addShutdownHook(new Thread(ProcessTempDirectory::remove, "temporary-files"));
        }
        folder = created;
        lock(created);
        sweep(parent, created);
        return created;
    }

    private static void lock(Path created) throws IOException {
        if (lock != null) {
            lock.close();
        }
        FileChannel channel =
                FileChannel.open(Files.createFile(created.resolve(LOCK), PRIVATE_FILE), StandardOpenOption.WRITE);
        lock = channel;
        channel.lock();
    }

    private static synchronized void remove() {
        Path known = folder;
        if (known != null) {
            delete(known, "at the end of the process");
        }
    }

    private static void sweep(Path parent, Path own) throws IOException {
        List<Path> found;
        try (var all = Files.list(parent)) {
            found = all.filter(ProcessTempDirectory::withoutProcess).toList();
        }
        for (Path path : found) {
            try {
                // the parent may be writable by every user: the name may be another user's folder, or a link
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                        && Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own))
                        && unlocked(path)) {
                    LOG.info("removing {}: its process has ended", path);
                    delete(path, "of a process that has ended");
                }
            } catch (IOException e) {
                LOG.warn("cannot remove {} of a process that has ended ({}); remove it", path, e.toString());
            }
        }
    }

    private static boolean withoutProcess(Path path) {
        String name = String.valueOf(path.getFileName());
        return PREFIXES.stream()
                .map(prefix -> ProcessIdentity.of(name, prefix))
                .flatMap(Optional::stream)
                .anyMatch(owner -> !owner.alive());
    }

    private static boolean unlocked(Path path) throws IOException {
        Path file = path.resolve(LOCK);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock free = channel.tryLock()) {
            return free != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static void delete(Path path, String which) {
        try {
            delete(path);
        } catch (IOException e) {
            LOG.warn("cannot remove the temporary folder {} {} ({}); remove it", path, which, e.toString());
        }
    }

    /** Deletes a folder with its content; a symbolic link is deleted, its target is not. */
    public static void delete(Path root) throws IOException {
        try {
            Files.walkFileTree(root, DELETING);
        } catch (NoSuchFileException e) {
            // deleted by another thread
        }
    }
}
