package io.holdfast.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The directory into which pg_receivewal writes: whole segments, the running one as {@code .partial}, history files. */
final class WalSpool {
    private static final String PARTIAL = ".partial";
    private static final int LONG_HEADER = 40;

    private final Path directory;
    private volatile @Nullable SegmentName shipped;

    WalSpool(Path directory) {
        this.directory = directory;
    }

    boolean isEmpty() throws IOException {
        return segments().isEmpty() && partials().isEmpty();
    }

    List<Path> segments() throws IOException {
        return named(SegmentName::matches);
    }

    List<Path> partials() throws IOException {
        return named(name ->
                name.endsWith(PARTIAL) && SegmentName.matches(name.substring(0, name.length() - PARTIAL.length())));
    }

    List<Path> histories() throws IOException {
        return named(TimelineHistory::isName);
    }

    private List<Path> named(Predicate<String> wanted) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> wanted.test(String.valueOf(path.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    /** Whether this process has stored it already. */
    boolean isShipped(SegmentName name) {
        return name.equals(shipped);
    }

    /** Whether this process has stored all whole segments. */
    boolean isShipped() throws IOException {
        List<Path> all = segments();
        return all.isEmpty()
                || (all.size() == 1
                        && isShipped(
                                SegmentName.parse(String.valueOf(all.getFirst().getFileName()))));
    }

    void shipped(SegmentName name) {
        shipped = name;
    }

    /** Removes the last, unfinished segment of timelines that the server has left; the vault has it. */
    void removeSuperseded() throws IOException {
        List<Path> all = Stream.concat(segments().stream(), partials().stream()).toList();
        int newest = all.stream().mapToInt(WalSpool::timeline).max().orElse(0);
        for (Path file : partials()) {
            if (timeline(file) < newest) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static int timeline(Path file) {
        return Integer.parseUnsignedInt(String.valueOf(file.getFileName()).substring(0, 8), 16);
    }

    /** What waits here, in bytes: whole segments that are not shipped, and the running ones. */
    long bytes() throws IOException {
        long bytes = 0;
        for (Path file : Stream.concat(segments().stream(), partials().stream()).toList()) {
            try {
                bytes += Files.size(file);
            } catch (NoSuchFileException e) {
                // shipped or renamed meanwhile
            }
        }
        return bytes;
    }

    /** The running segment in its full size; empty while it has no header yet, or when it was completed meanwhile. */
    Optional<byte[]> partial(Path file) throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        boolean written = content.length >= LONG_HEADER
                && ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(32) == content.length;
        return written ? Optional.of(content) : Optional.empty();
    }

    /** Writes a whole segment as pg_receivewal would have: complete and durable before it has its name. */
    void seed(SegmentName name, byte[] content) throws IOException {
        Path file = directory.resolve("seed.tmp");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                int unused = channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(file, directory.resolve(name.toString()), StandardCopyOption.ATOMIC_MOVE);
        shipped(name);
    }

    /** Removes whole and running segments. */
    void clear() throws IOException {
        for (Path file : Stream.concat(segments().stream(), partials().stream()).toList()) {
            Files.deleteIfExists(file);
        }
    }
}
