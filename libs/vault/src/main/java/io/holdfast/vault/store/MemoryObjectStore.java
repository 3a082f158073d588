package io.holdfast.vault.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Objects in this process's memory: for tests and measurements. Nothing survives it. */
public final class MemoryObjectStore implements ObjectStore {
    private static final int PAGE = 1000;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Held(byte[] bytes, Instant modified) {}

    private final ConcurrentNavigableMap<String, Held> objects = new ConcurrentSkipListMap<>();
    private final InstantSource clock;

    public MemoryObjectStore() {
        this(InstantSource.system());
    }

    public MemoryObjectStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void put(String key, byte[] bytes) {
        objects.put(key, new Held(bytes.clone(), clock.instant()));
    }

    @Override
    public boolean putIfAbsent(String key, byte[] bytes) {
        Held there = objects.putIfAbsent(key, new Held(bytes.clone(), clock.instant()));
        return there == null || Arrays.equals(there.bytes(), bytes);
    }

    @Override
    public Optional<byte[]> get(String key) {
        return Optional.ofNullable(objects.get(key)).map(held -> held.bytes().clone());
    }

    @Override
    public Optional<byte[]> get(String key, long offset, int length) {
        return Optional.ofNullable(objects.get(key)).map(held -> {
            int from = (int) Math.min(offset, held.bytes().length);
            int to = (int) Math.min((long) from + length, held.bytes().length);
            return Arrays.copyOfRange(held.bytes(), from, to);
        });
    }

    @Override
    public Optional<StoredObject> head(String key) {
        return Optional.ofNullable(objects.get(key))
                .map(held -> new StoredObject(key, held.bytes().length, held.modified()));
    }

    @Override
    public ObjectListPage page(String prefix, String after) {
        String from = after.compareTo(prefix) > 0 ? after : prefix;
        List<StoredObject> found = objects.tailMap(from, true).entrySet().stream()
                .filter(e -> e.getKey().compareTo(after) > 0)
                .takeWhile(e -> e.getKey().startsWith(prefix))
                .limit(PAGE + 1L)
                .map(e -> new StoredObject(
                        e.getKey(), e.getValue().bytes().length, e.getValue().modified()))
                .toList();
        boolean more = found.size() > PAGE;
        return new ObjectListPage(more ? found.subList(0, PAGE) : found, more);
    }

    @Override
    public List<String> folders(String prefix) {
        return objects.tailMap(prefix, true).keySet().stream()
                .takeWhile(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .filter(rest -> rest.indexOf('/') > 0)
                .map(rest -> rest.substring(0, rest.indexOf('/')))
                .distinct()
                .toList();
    }

    @Override
    public void delete(String key) {
        objects.remove(key);
    }

    @Override
    public String describe() {
        return "memory";
    }

    @Override
    public void close() {}
}
