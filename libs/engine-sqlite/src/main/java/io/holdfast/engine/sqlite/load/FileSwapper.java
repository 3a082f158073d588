package io.holdfast.engine.sqlite.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.DatabaseSwap;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import io.holdfast.engine.sqlite.snapshot.LiveFileHandle;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * Exchanges two files of a directory. One rename makes the new file the live one, while the old one is locked and has a
 * second name already: at every moment the name belongs to one whole database. A program that has the old file open would
 * go on writing to what was put aside: that is refused, as far as it can be seen.
 */
final class FileSwapper {
    /** What SQLite keeps beside a file; the old database's would be taken for the new one's. */
    private static final List<String> BESIDE = List.of("-journal", "-wal", "-shm");

    private final Path directory;
    private final DatabaseSwap databaseSwap;
    private final Path live;
    private final Path aside;

    FileSwapper(Path directory, DatabaseSwap databaseSwap) {
        this.directory = directory;
        this.databaseSwap = databaseSwap;
        this.live = directory.resolve(databaseSwap.name());
        this.aside = directory.resolve(databaseSwap.aside());
    }

    boolean done() throws IOException {
        return inode(live).filter(found -> found == databaseSwap.in()).isPresent();
    }

    @SuppressWarnings("try") // the handle is only there to be closed
    void run() throws IOException {
        if (done()) {
            return;
        }
        Long out = databaseSwap.out();
        if (!inode(live).equals(Optional.ofNullable(out))) {
            throw changed("the file " + live + " is another one than before, or gone");
        }
        Path incoming = directory.resolve(databaseSwap.incoming());
        if (inode(incoming).filter(found -> found == databaseSwap.in()).isEmpty()) {
            throw changed("the file " + incoming + " that was to become " + live + " is not there any more");
        }
        if (out == null) {
            move(incoming);
            return;
        }
        refuseTaken(out);
        refuseUsers();
        carryOver(incoming);
        try (LiveFileHandle handle = LiveFileHandle.of(live)) {
            underLock(incoming);
        }
    }

    boolean withdraw(String abandoned) throws IOException {
        Path gone = directory.resolve(abandoned);
        Path incoming = directory.resolve(databaseSwap.incoming());
        Long out = databaseSwap.out();
        if (!done()) {
            if (inode(incoming).filter(found -> found == databaseSwap.in()).isPresent()) {
                Files.move(incoming, gone, StandardCopyOption.ATOMIC_MOVE);
            }
            return false;
        }
        if (out == null) {
            refuseUsers();
            Files.move(live, gone, StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
        DatabaseSwap back =
                new DatabaseSwap(databaseSwap.name(), databaseSwap.in(), abandoned, out, databaseSwap.aside());
        new FileSwapper(directory, back).run();
        return true;
    }

    /** A crash may have left the old file with both names: then this goes on from there. */
    private void refuseTaken(long out) throws IOException {
        Optional<Long> taken = inode(aside);
        if (taken.isPresent() && taken.get() != out) {
            throw HoldfastException.about(
                    databaseSwap.aside(),
                    FailureCode.TARGET_EXISTS,
                    "the file " + aside + " exists already; remove or rename it, then try again");
        }
    }

    private HoldfastException changed(String what) {
        return HoldfastException.about(
                databaseSwap.name(), FailureCode.TARGET_CHANGED, what + ". Nothing was exchanged; restore again");
    }

    private void refuseUsers() throws IOException {
        TreeSet<Long> users = new TreeSet<>(OpenFiles.processes(live));
        users.remove(ProcessHandle.current().pid());
        if (!users.isEmpty()) {
            throw busy(
                    "processes " + users + " have it open and would go on writing to the old file; stop the program",
                    null);
        }
    }

    private HoldfastException busy(String why, @Nullable Exception cause) {
        String message = "the file " + live + " cannot be exchanged: " + why;
        return cause == null
                ? HoldfastException.about(databaseSwap.name(), FailureCode.TARGET_BUSY, message)
                : HoldfastException.of(FailureCode.TARGET_BUSY, message, cause);
    }

    private void carryOver(Path incoming) throws IOException {
        PosixFileAttributes had = Files.readAttributes(live, PosixFileAttributes.class);
        Files.setPosixFilePermissions(incoming, had.permissions());
        Files.setAttribute(incoming, "posix:group", had.group());
        Files.setOwner(incoming, had.owner());
    }

    /** The log is emptied into the file first; a file that is no database any more has no locks to respect. */
    private void underLock(Path incoming) throws IOException {
        Connection connection = null;
        try {
            connection = SqliteConnections.own(live);
            SqliteConnections.one(connection, "PRAGMA journal_mode = DELETE");
            SqliteConnections.run(connection, "BEGIN EXCLUSIVE");
            if (Files.exists(Path.of(live + "-wal"))) {
                throw busy("another program uses it in WAL mode; stop the program", null);
            }
            link();
            move(incoming);
        } catch (SQLException e) {
            if (broken(e)) {
                SqliteConnections.close(connection);
                connection = null;
                link();
                putAsideWhatLiesBeside();
                move(incoming);
            } else {
                throw busy(SqliteErrorTranslator.said(e) + "; end the program that uses it", e);
            }
        } finally {
            SqliteConnections.close(connection);
        }
    }

    private static boolean broken(SQLException e) {
        SQLiteErrorCode code = SqliteErrorTranslator.code(e);
        return code == SQLiteErrorCode.SQLITE_NOTADB || code == SQLiteErrorCode.SQLITE_CORRUPT;
    }

    private void link() throws IOException {
        if (inode(aside).isEmpty()) {
            Files.createLink(aside, live);
            SqliteTargetDirectory.synchronise(directory);
        }
    }

    private void putAsideWhatLiesBeside() throws IOException {
        for (String end : BESIDE) {
            Path beside = Path.of(live + end);
            if (Files.exists(beside)) {
                Files.move(beside, Path.of(aside + end), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private void move(Path incoming) throws IOException {
        for (String end : BESIDE) {
            Path beside = Path.of(incoming + end);
            if (Files.exists(beside) && Files.size(beside) > 0) {
                throw busy("the file " + beside + " is not empty; end the program that uses it", null);
            }
            Files.deleteIfExists(beside);
        }
        SqliteTargetDirectory.synchronise(incoming);
        Files.move(incoming, live, StandardCopyOption.ATOMIC_MOVE);
        SqliteTargetDirectory.synchronise(directory);
    }

    private static Optional<Long> inode(Path file) throws IOException {
        try {
            return Optional.of(((Number) Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS)).longValue());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Processes that have a file open, as far as this user may see them; where there is no /proc, none. */
    private static final class OpenFiles {
        private static final Path PROCESSES = Path.of("/proc");

        private OpenFiles() {}

        static List<Long> processes(Path file) throws IOException {
            List<Long> found = new ArrayList<>();
            if (!Files.isDirectory(PROCESSES)) {
                return found;
            }
            Object key = Files.getAttribute(file, "unix:ino");
            Object device = Files.getAttribute(file, "unix:dev");
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
                for (Path process : processes) {
                    if (hasOpen(process.resolve("fd"), key, device)) {
                        found.add(Long.parseLong(process.getFileName().toString()));
                    }
                }
            }
            return found;
        }

        private static boolean hasOpen(Path descriptors, Object inode, Object device) {
            try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
                for (Path descriptor : open) {
                    if (is(descriptor, inode, device)) {
                        return true;
                    }
                }
                return false;
            } catch (IOException | java.nio.file.DirectoryIteratorException e) {
                return false; // another user's process, or one that ended meanwhile
            }
        }

        private static boolean is(Path descriptor, Object inode, Object device) {
            try {
                return inode.equals(Files.getAttribute(descriptor, "unix:ino"))
                        && device.equals(Files.getAttribute(descriptor, "unix:dev"));
            } catch (IOException e) {
                return false;
            }
        }
    }
}
