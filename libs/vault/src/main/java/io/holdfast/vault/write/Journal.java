package io.holdfast.vault.write;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.JournalPage;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.StoredObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes uploaded chunks every now and then, each in one page, so that the next backup of the source need not upload
 * them again if this one dies. A page that cannot be written now is written with the next.
 */
final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final VaultContext vault;
    private final SourceId source;
    private final BackupId backup;
    private final UUID writer = UUID.randomUUID();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("vault-journal").factory());
    private List<StoredChunk> unwritten = new ArrayList<>();
    private int pages;

    Journal(VaultContext vault, SourceId source, BackupId backup) {
        this.vault = vault;
        this.source = source;
        this.backup = backup;
    }

    /** Tells sweeps that the backup has a writer, even if it goes on with one that was left long ago. */
    void announce() {
        write(List.of());
    }

    void flushEvery(Duration interval) {
        long nanos = interval.toNanos();
        Future<?> unused = timer.scheduleWithFixedDelay(this::flush, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    synchronized void add(StoredChunk chunk) {
        unwritten.add(chunk);
    }

    void flush() {
        List<StoredChunk> page = take();
        if (page.isEmpty()) {
            return;
        }
        try {
            write(page);
        } catch (HoldfastException holdfastException) {
            putBack(page);
            LOG.warn("backup {}: journal not written, will be tried again: {}", backup, holdfastException.getMessage());
        }
    }

    /** Flushes; if nothing was uploaded, takes the announcement back, so that no sweep has to bury it. */
    void leave() {
        flush();
        if (isUnused()) {
            try {
                vault.store().delete(VaultLayout.journalPage(source, backup, writer, 0));
            } catch (HoldfastException holdfastException) {
                LOG.warn("backup {}: journal not removed: {}", backup, holdfastException.getMessage());
            }
        }
    }

    private synchronized boolean isUnused() {
        return pages == 1 && unwritten.isEmpty();
    }

    private void write(List<StoredChunk> page) {
        String key = VaultLayout.journalPage(source, backup, writer, nextPage());
        vault.store().put(key, vault.sealer().seal(key, new JournalPage(page)));
    }

    private synchronized List<StoredChunk> take() {
        List<StoredChunk> page = unwritten;
        unwritten = new ArrayList<>();
        return page;
    }

    private synchronized void putBack(List<StoredChunk> page) {
        unwritten.addAll(page);
    }

    private synchronized int nextPage() {
        return pages++;
    }

    /**
     * After the commit the manifest vouches for the chunks. Pages of another writer of the backup stay if they list what
     * the manifest does not: somebody may have reused that, and so it must not look like garbage until the grace is over.
     */
    void discard(Manifest manifest) {
        Set<StoredChunk> vouched = Set.copyOf(manifest.chunks());
        try (Stream<StoredObject> all = vault.store().list(VaultLayout.journal(source, backup))) {
            all.map(StoredObject::key)
                    .filter(key -> isOurs(key) || vouched.containsAll(page(key)))
                    .forEach(key -> vault.store().delete(key));
        } catch (HoldfastException holdfastException) {
            LOG.warn("backup {}: journal not removed: {}", backup, holdfastException.getMessage());
        }
    }

    boolean isOurs(String key) {
        return key.startsWith(VaultLayout.journal(source, backup) + writer + "-");
    }

    private List<StoredChunk> page(String key) {
        return vault.sealed()
                .read(key, JournalPage.class)
                .map(JournalPage::chunks)
                .orElse(List.of());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
