package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectListPage;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Objects as files, which processes share; unreachable while a file {@code away} lies beside them. */
final class DirectoryStore implements ObjectStore {
    private final Path directory;
    private final Path away;

    DirectoryStore(Path directory) {
        this.directory = directory;
        this.away = directory.resolveSibling("away");
    }

    private interface Io<T> {
        T run() throws IOException;
    }

    private <T> T io(Io<T> work) {
        if (Files.exists(away)) {
            throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "the store is away");
        }
        try {
            return work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path file(String key) {
        return directory.resolve(key.replace("/", "%"));
    }

    private Path written(byte[] bytes) throws IOException {
        return Files.write(directory.resolve(".tmp" + UUID.randomUUID()), bytes);
    }

    @Override
    public void put(String key, byte[] bytes) {
        io(() -> Files.move(written(bytes), file(key), StandardCopyOption.ATOMIC_MOVE));
    }

    @Override
    public boolean putIfAbsent(String key, byte[] bytes) {
        return io(() -> {
            Path written = written(bytes);
            try {
                Files.createLink(file(key), written);
                return true;
            } catch (FileAlreadyExistsException e) {
                return Arrays.equals(Files.readAllBytes(file(key)), bytes);
            } finally {
                Files.delete(written);
            }
        });
    }

    @Override
    public Optional<byte[]> get(String key) {
        return io(() -> {
            try {
                return Optional.of(Files.readAllBytes(file(key)));
            } catch (NoSuchFileException e) {
                return Optional.<byte[]>empty();
            }
        });
    }

    @Override
    public Optional<byte[]> get(String key, long offset, int length) {
        return get(key).map(all -> Arrays.copyOfRange(
                all, (int) Math.min(offset, all.length), (int) Math.min(offset + length, all.length)));
    }

    @Override
    public Optional<StoredObject> head(String key) {
        return io(() -> object(file(key)));
    }

    /** The object; empty if the file does not exist, also if another process has just deleted it. */
    private static Optional<StoredObject> object(Path file) {
        try {
            return Optional.of(new StoredObject(
                    String.valueOf(file.getFileName()).replace("%", "/"),
                    Files.size(file),
                    Files.getLastModifiedTime(file).toInstant()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<StoredObject> all() {
        return io(() -> {
            try (Stream<Path> files = Files.list(directory)) {
                return files.filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                        .flatMap(file -> object(file).stream())
                        .sorted(Comparator.comparing(StoredObject::key))
                        .toList();
            }
        });
    }

    @Override
    public ObjectListPage page(String prefix, String after) {
        return new ObjectListPage(
                all().stream()
                        .filter(object ->
                                object.key().startsWith(prefix) && object.key().compareTo(after) > 0)
                        .toList(),
                false);
    }

    @Override
    public List<String> folders(String prefix) {
        MemoryObjectStore keys = new MemoryObjectStore();
        all().forEach(object -> keys.put(object.key(), new byte[0]));
        return keys.folders(prefix);
    }

    @Override
    public void delete(String key) {
        boolean unused = io(() -> Files.deleteIfExists(file(key)));
    }

    @Override
    public String describe() {
        return directory.toString();
    }

    @Override
    public void close() {}
}
