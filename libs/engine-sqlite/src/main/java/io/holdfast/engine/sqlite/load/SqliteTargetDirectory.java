package io.holdfast.engine.sqlite.load;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.DatabaseSwap;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.MissingDependencies;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A directory of database files. A database's name is its file's; nothing outside the directory can be named. */
public final class SqliteTargetDirectory implements TargetServer {
    private static final int LONGEST_NAME = 200;

    /** What SQLite keeps beside a file; another database's would be taken for the new one's. */
    private static final List<String> BESIDE = List.of("-journal", "-wal", "-shm");

    private final Path directory;

    public SqliteTargetDirectory(Path directory) {
        this.directory = directory;
    }

    private Path file(String database) {
        int bytes = database.getBytes(StandardCharsets.UTF_8).length;
        boolean sound = bytes > 0
                && bytes <= LONGEST_NAME
                && database.indexOf('/') < 0
                && database.indexOf('\0') < 0
                && !database.startsWith(".")
                && BESIDE.stream().noneMatch(database::endsWith);
        if (!sound) {
            throw HoldfastException.about(
                    database,
                    FailureCode.REQUEST_INVALID,
                    "\"" + database
                            + "\" cannot be the name of a restored SQLite database: it is the name of a file in "
                            + directory + ", without a path, of 1 to " + LONGEST_NAME + " bytes");
        }
        return directory.resolve(database);
    }

    /** SQLite's major version: its files are readable for good. */
    @Override
    public int serverMajor() {
        return 3;
    }

    @Override
    public boolean exists(String database) {
        Path file = file(database);
        return Files.exists(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                || BESIDE.stream().anyMatch(end -> Files.exists(Path.of(file + end)));
    }

    @Override
    public List<String> databases(String prefix) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(prefix) && BESIDE.stream().noneMatch(name::endsWith))
                    .toList();
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.TARGET_UNREACHABLE, "cannot list " + directory, e);
        }
    }

    /** The file's inode, which survives renames. */
    @Override
    public Optional<Long> oid(String database) {
        try {
            return Optional.of(((Number) Files.getAttribute(file(database), "unix:ino")).longValue());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure("looking at", database, e);
        }
    }

    @Override
    public void suits(DatabaseDescriptor shape) {
        if (!shape.engine().equals(DatabaseDescriptor.SQLITE)) {
            throw HoldfastException.of(
                    FailureCode.TARGET_UNSUITABLE,
                    "the backup is of engine " + shape.engine()
                            + " and cannot become a SQLite file; restore it to the server of a" + " source of engine "
                            + shape.engine());
        }
    }

    /** A directory's rights show when a file is made. */
    @Override
    public boolean creates() {
        return true;
    }

    @Override
    public void create(String database, DatabaseDescriptor shape) {
        suits(shape);
        if (exists(database)) {
            throw taken(database);
        }
        try {
            Files.createFile(
                    file(database), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw failure("creating", database, e);
        }
    }

    @Override
    public boolean copy(String from, String to) {
        refuseUnfinished(from);
        if (exists(to)) {
            throw taken(to);
        }
        try {
            Files.copy(file(from), file(to), StandardCopyOption.COPY_ATTRIBUTES);
            return true;
        } catch (IOException e) {
            throw failure("copying to " + to, from, e);
        }
    }

    @Override
    public List<String> missingRoles(Collection<String> roles) {
        return List.of();
    }

    @Override
    public MissingDependencies lacks(DatabaseDescriptor shape) {
        return MissingDependencies.NOTHING;
    }

    @Override
    public void createRoles(Collection<String> roles) {
        // a file has an owner, and no roles
    }

    @Override
    public void drop(String database) {
        Path file = file(database);
        try {
            for (String end : BESIDE) {
                Files.deleteIfExists(Path.of(file + end));
            }
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failure("deleting", database, e);
        }
    }

    /** Atomic, and never over a file that is there. What was written is on disk before the new name is. */
    @Override
    public void rename(String from, String to) {
        if (exists(to)) {
            throw taken(to);
        }
        refuseUnfinished(from);
        try {
            synchronise(file(from));
            // a link is refused where a name is taken; a move would replace what got there meanwhile
            Files.createLink(file(to), file(from));
            Files.delete(file(from));
            synchronise(directory);
        } catch (IOException e) {
            throw failure("renaming to " + to, from, e);
        }
    }

    /** A log that is not empty holds part of the database, and would stay behind under the old name. */
    private void refuseUnfinished(String database) {
        for (String end : List.of("-journal", "-wal")) {
            Path beside = Path.of(file(database) + end);
            try {
                if (Files.size(beside) > 0) {
                    throw HoldfastException.about(
                            database,
                            FailureCode.TARGET_BUSY,
                            "the file " + beside + " is not empty: a program uses the database or was killed while it"
                                    + " did; end it, open the database once so that SQLite puts it in order, then try again");
                }
            } catch (NoSuchFileException e) {
                // as it should be
            } catch (IOException e) {
                throw failure("looking for files of a transaction", database, e);
            }
        }
    }

    static void synchronise(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** A file's rights are those of its directory; they show when it is exchanged. */
    @Override
    public List<Finding> obstacles(String database) {
        file(database);
        return List.of();
    }

    @Override
    public List<Finding> missingRights(String database) {
        file(database);
        return creationRights(Optional.of(database));
    }

    @Override
    public List<Finding> creationRights(Optional<String> like) {
        return Files.isWritable(directory)
                ? List.of()
                : List.of(new Finding(
                        Finding.Kind.NOT_ON_TARGET,
                        directory.toString(),
                        "directory " + directory + " does not exist or is not writable for \""
                                + System.getProperty("user.name") + "\"; create it, or make it writable"));
    }

    @Override
    public void exchange(DatabaseSwap databaseSwap) {
        try {
            exchanging(databaseSwap).run();
        } catch (IOException e) {
            throw failure("exchanging", databaseSwap.name(), e);
        }
    }

    @Override
    public boolean withdraw(DatabaseSwap databaseSwap, String abandoned) {
        file(abandoned);
        try {
            return exchanging(databaseSwap).withdraw(abandoned);
        } catch (IOException e) {
            throw failure("withdrawing the exchange of", databaseSwap.name(), e);
        }
    }

    private FileSwapper exchanging(DatabaseSwap databaseSwap) {
        file(databaseSwap.name());
        file(databaseSwap.aside());
        return new FileSwapper(directory, databaseSwap);
    }

    @Override
    public void reopen(long oid) {
        // a file is open to whoever may read it
    }

    @Override
    public void shut(String database) {
        // as above
    }

    @Override
    public Optional<Long> room() {
        return Optional.of(directory.toFile().getUsableSpace());
    }

    @Override
    public TargetDatabase open(String database, LoadOptions options) {
        Path file = file(database);
        if (!Files.exists(file)) {
            throw HoldfastException.of(
                    FailureCode.TARGET_CONNECTION_LOST, "the file " + file + " is gone; was it deleted?");
        }
        return new SqliteTargetDatabase(file);
    }

    private HoldfastException taken(String database) {
        return HoldfastException.about(
                database,
                FailureCode.TARGET_EXISTS,
                "the file " + file(database) + " (or its journal) exists on the target; choose another name, or remove"
                        + " it first");
    }

    private HoldfastException failure(String doing, String database, IOException e) {
        Path file = requireNonNull(file(database));
        String message = doing + " " + file + " failed: " + e;
        return switch (e) {
            case FileAlreadyExistsException x -> taken(database);
            case AccessDeniedException x ->
                HoldfastException.of(FailureCode.TARGET_PERMISSION_DENIED, message + "; let this user write there", e);
            case NoSuchFileException x ->
                HoldfastException.of(FailureCode.TARGET_UNREACHABLE, message + "; does the directory exist?", e);
            case FileSystemException x
            when String.valueOf(x.getReason()).contains("No space") ->
                HoldfastException.of(FailureCode.TARGET_DISK_FULL, message + "; free some room there", e);
            default -> HoldfastException.of(FailureCode.TARGET_UNREACHABLE, message, e);
        };
    }

    @Override
    public void close() {
        // holds nothing
    }
}
