package io.holdfast.engine.sqlite.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Identifies the content of a database file: two equal states are of the same bytes, and nothing outside the file belongs to
 * its content. Each write changes the inode's ctime, which no program can set back. Writes within one tick of the system's
 * clock have one ctime, so a file that was written just now has no state. The file's header with its change counter is part
 * of the state, for the case that the clock was set back.
 *
 * <p>After a crash of the machine a file system may have new content with an old ctime, so the machine's last start is part of
 * the state. Only file systems that are known to keep a ctime of their own have states. The file is read through its handle
 * only: see {@link LiveFileHandle}.
 */
record FileState(String text) {
    private static final Set<String> FILE_SYSTEMS =
            Set.of("ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "overlay", "tmpfs");
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int HEADER = 100;
    private static final Duration SETTLED = Duration.ofSeconds(2);
    private static final String CTIME = "ctime";

    /**
     * Empty if a log or a journal belongs to the file, if it was written within the last two seconds, or if any of it cannot be
     * told.
     */
    static Optional<FileState> of(Path file, LiveFileHandle handle) {
        try {
            return read(file, handle);
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static Optional<FileState> read(Path file, LiveFileHandle handle) throws IOException {
        byte[] header = new byte[HEADER];
        Path real = file.toRealPath(); // SQLite creates logs beside the target of a symbolic link
        if (handle.read(0, header) < HEADER || exists(real + "-wal") || exists(real + "-journal")) {
            return Optional.empty();
        }
        Map<String, Object> inode = Files.readAttributes(real, "unix:dev,ino,size,ctime");
        if (!FILE_SYSTEMS.contains(Files.getFileStore(real).type())
                || !(inode.get(CTIME) instanceof FileTime written)
                || written.toInstant().plus(SETTLED).isAfter(Instant.now())) { // ctime is of the system's clock too
            return Optional.empty();
        }
        return Optional.of(new FileState(String.join(
                " ",
                "dev " + inode.get("dev"),
                "inode " + inode.get("ino"),
                "size " + inode.get("size"),
                CTIME + " " + written.toInstant(),
                "boot " + Files.readString(BOOT).strip(),
                HexFormat.of().formatHex(header))));
    }

    /** An empty one has no content; some journal modes leave it. */
    private static boolean exists(String file) throws IOException {
        try {
            return Files.size(Path.of(file)) > 0;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
