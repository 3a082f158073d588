package io.holdfast.engine.sqlite.snapshot;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * The use of a live file by this process, outside the SQLite library. A process loses all its POSIX locks on a file when it
 * closes any descriptor of that file, also the locks of the library. So each connection to a live file is opened and closed
 * within a handle, and the descriptor is closed with the last handle.
 */
public final class LiveFileHandle implements AutoCloseable {
    /** SQLite's SHARED lock: the range SHARED_FIRST, SHARED_SIZE of its file format for locks. */
    private static final long SHARED_FIRST = 0x40000002L;

    private static final int SHARED_SIZE = 510;
    private static final int WAIT_MILLIS = 10;

    private static final Map<Object, Use> USES = new HashMap<>();

    /** The common state of all handles of one file; guarded by {@link #USES}. */
    private static final class Use {
        private final Object key;
        private int handles;
        private @Nullable RandomAccessFile file;
        private @Nullable FileLock lock;

        private Use(Object key) {
            this.key = key;
        }
    }

    private final Path path;
    private final Use use;
    private boolean closed;

    private LiveFileHandle(Path path, Use use) {
        this.path = path;
        this.use = use;
    }

    public static LiveFileHandle of(Path path) {
        Object key = key(path);
        synchronized (USES) {
            Use use = USES.computeIfAbsent(key, Use::new);
            use.handles++;
            return new LiveFileHandle(path, use);
        }
    }

    private static Object key(Path path) {
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key == null ? path.toAbsolutePath() : key;
        } catch (IOException e) {
            return path.toAbsolutePath(); // the connection reports what is wrong with the file
        }
    }

    private RandomAccessFile file() throws IOException {
        RandomAccessFile open = use.file;
        if (open == null) {
            // not a FileChannel: an interrupt closes it, and the locks are lost
            open = new RandomAccessFile(path.toFile(), "r");
            use.file = open;
        }
        return open;
    }

    /** @return the number of bytes read; less than asked for only at the end of the file */
    int read(long position, byte[] buffer) throws IOException {
        synchronized (USES) {
            RandomAccessFile open = file();
            open.seek(position);
            int length = 0;
            while (length < buffer.length) {
                int read = open.read(buffer, length, buffer.length - length);
                if (read < 0) {
                    break;
                }
                length += read;
            }
            return length;
        }
    }

    /**
     * Takes SQLite's SHARED lock until the last handle is closed. In WAL mode each connection of an application holds it:
     * nobody waits for it, but no application can remove the log or change the journal mode meanwhile.
     */
    void lockShared(Duration timeout) throws IOException, SQLException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!tryLock()) {
            if (System.nanoTime() - deadline > 0) {
                throw new SQLException(
                        "the database file is locked exclusively", null, SQLiteErrorCode.SQLITE_BUSY.code);
            }
            Thread.sleep(WAIT_MILLIS);
        }
    }

    /** Takes the lock again if the library, in closing a connection, has released it for the whole process. */
    void renewShared(Duration timeout) throws IOException, SQLException, InterruptedException {
        synchronized (USES) {
            FileLock held = use.lock;
            if (held == null || use.handles > 1) {
                return; // a connection of another handle holds the library's lock
            }
            held.release();
            use.lock = null;
        }
        lockShared(timeout);
    }

    private boolean tryLock() throws IOException {
        synchronized (USES) {
            if (use.lock != null) {
                return false; // another reading of this process
            }
            try {
                use.lock = file().getChannel().tryLock(SHARED_FIRST, SHARED_SIZE, true);
            } catch (OverlappingFileLockException e) {
                return false;
            }
            return use.lock != null;
        }
    }

    @Override
    public void close() {
        synchronized (USES) {
            if (closed) {
                return;
            }
            closed = true;
            if (--use.handles > 0) {
                return;
            }
            USES.remove(use.key);
            RandomAccessFile open = use.file;
            if (open != null) {
                try {
                    open.close();
                } catch (IOException e) {
                    // it was only read
                }
            }
        }
    }
}
