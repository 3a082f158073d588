package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Vault;
import io.holdfast.vault.file.SealedFiles;
import io.holdfast.vault.store.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The WAL of one server in the vault: whole segments, the written part of the running segment, history files, and an
 * index of the segments. A server is a system identifier: a cluster that is initialised anew has an archive of its own.
 *
 * <p>The segments are the truth, and the index is a signed copy of what a scan of them found. A segment that is there and
 * not in the index is scanned again; a segment that is in the index and not there is a hole. Storing anything twice has
 * no second effect. One archiver should write at a time; of two, neither overwrites a segment of the other.
 */
public final class WalArchive {
    private static final String SEGMENTS = "segments/";
    private static final String PARTIALS = "partials/";
    private static final String HISTORY = "history/";
    private static final String INDEX = "index/";
    private static final String JSON = ".json";

    private final SealedFiles files;
    private final String systemIdentifier;
    private final Map<String, Page> pages = new HashMap<>();

    /** One object of the index. */
    record Page(List<SegmentEntry> segments) {
        Page {
            segments = List.copyOf(segments);
        }
    }

    WalArchive(SealedFiles files, String systemIdentifier) {
        this.files = files;
        this.systemIdentifier = systemIdentifier;
    }

    /** @param systemIdentifier as {@code pg_control_system()} shows it */
    public static WalArchive of(Vault vault, SourceId source, String systemIdentifier) {
        if (!systemIdentifier.matches("\\d{1,20}")) {
            throw new IllegalArgumentException("\"" + systemIdentifier + "\" is no system identifier");
        }
        return new WalArchive(vault.wal(source).folder(systemIdentifier + "/"), systemIdentifier);
    }

    /** The system identifiers of a source's servers that have an archive. */
    public static List<String> systems(Vault vault, SourceId source) {
        return vault.wal(source).folders();
    }

    SealedFiles files() {
        return files;
    }

    public String describe() {
        return files.describe();
    }

    /**
     * Stores a whole segment, and its index entry after it. A process that dies in between leaves a segment that the next
     * reader scans.
     *
     * @throws HoldfastException WAL_CONFLICT if the vault has other content under that name, which stays, or if the segment
     *     is another server's; SOURCE_CORRUPT if the bytes are no WAL segment of that name
     */
    public SegmentEntry store(SegmentName name, byte[] content) {
        WalScanner.Scan scan = scan(name, content, carryInto(name, content.length));
        refuseForeign(name, scan);
        if (files.add(SEGMENTS + name, content) == SealedFiles.Added.DIFFERENT) {
            throw conflict(name.toString());
        }
        long stored = files.head(SEGMENTS + name).map(StoredObject::size).orElse(0L);
        SegmentEntry entry = SegmentEntry.of(name, scan, content.length, stored);
        index(entry);
        files.delete(PARTIALS + name);
        return entry;
    }

    /**
     * @param end of the valid WAL that the vault now has of the segment
     * @param more whether the vault had less before
     */
    public record StoredPartial(Lsn end, boolean more) {}

    /**
     * Stores the written part of the running segment, and replaces an earlier one; never by one that has less valid WAL.
     *
     * @param content of the whole segment's size, with zeros at the end
     * @throws HoldfastException WAL_CONFLICT if the segment is another server's
     */
    public StoredPartial storePartial(SegmentName name, byte[] content) {
        Optional<byte[]> whole = files.head(SEGMENTS + name).isPresent() ? segment(name) : Optional.empty();
        if (whole.isPresent()) {
            return new StoredPartial(scan(name, whole.get(), null).end(), false);
        }
        WalScanner.Scan scan = scan(name, content, null);
        refuseForeign(name, scan);
        Optional<byte[]> there = files.read(PARTIALS + name);
        if (there.isPresent()) {
            Lsn known = scan(name, there.get(), null).end();
            if (scan.end().compareTo(known) <= 0) {
                return new StoredPartial(known, false);
            }
        }
        files.replace(PARTIALS + name, content);
        return new StoredPartial(scan.end(), true);
    }

    private void refuseForeign(SegmentName name, WalScanner.Scan scan) {
        if (!scan.systemIdentifier().equals(systemIdentifier)) {
            throw HoldfastException.about(
                    name.toString(),
                    FailureCode.WAL_CONFLICT,
                    "WAL segment " + name + " is of the server with system identifier " + scan.systemIdentifier()
                            + ", and " + describe() + " is the archive of " + systemIdentifier
                            + "; use a spool directory that no other server used");
        }
    }

    /** Stores a history file. @throws HoldfastException WAL_CONFLICT as {@link #store} */
    public void storeHistory(int timeline, byte[] content) {
        if (files.add(HISTORY + TimelineHistory.name(timeline), content) == SealedFiles.Added.DIFFERENT) {
            throw conflict(TimelineHistory.name(timeline));
        }
    }

    /** @throws HoldfastException WAL_MISSING if it does not open */
    public Optional<byte[]> segment(SegmentName name) {
        return files.read(SEGMENTS + name);
    }

    /** @throws HoldfastException WAL_MISSING if it does not open */
    public Optional<byte[]> partial(SegmentName name) {
        return files.read(PARTIALS + name);
    }

    /**
     * Searches a segment for the end of a transaction.
     *
     * @param before the segment before it, in which a record may begin
     * @throws HoldfastException WAL_MISSING if the segment does not open
     */
    Optional<TransactionEnd> end(SegmentEntry entry, Optional<SegmentEntry> before, long transaction) {
        byte[] carry = before.map(SegmentEntry::carried).orElse(null);
        return segment(entry.name())
                .or(() -> partial(entry.name()))
                .flatMap(content -> WalScanner.end(entry.name(), content, carry, transaction));
    }

    /** Empty if the vault has no such history file, as of timeline 1. */
    public Optional<byte[]> history(int timeline) {
        return files.read(HISTORY + TimelineHistory.name(timeline));
    }

    /** The timelines whose history files are in the archive. */
    List<Integer> histories() {
        return files.list(HISTORY).stream()
                .map(object -> object.key().substring(HISTORY.length()))
                .filter(TimelineHistory::isName)
                .map(TimelineHistory::timeline)
                .toList();
    }

    /** The newest whole segment of the newest timeline; empty in an empty archive. */
    public Optional<SegmentName> newest() {
        List<StoredObject> all = segments(SEGMENTS);
        return all.isEmpty() ? Optional.empty() : Optional.of(name(all.getLast(), SEGMENTS));
    }

    /**
     * Everything in the archive, verified against a listing of its objects. Reads the index, partial segments, and those
     * segments that the index lacks.
     */
    public WalIndex index() {
        Map<SegmentName, SegmentEntry> known = new TreeMap<>();
        for (StoredObject page : files.list(INDEX)) {
            if (page.key().endsWith(JSON)) {
                files.document(page.key(), Page.class)
                        .ifPresent(found -> found.segments().forEach(entry -> known.put(entry.name(), entry)));
            }
        }
        List<SegmentEntry> present = new ArrayList<>();
        for (StoredObject object : segments(SEGMENTS)) {
            SegmentName name = name(object, SEGMENTS);
            SegmentEntry entry = known.remove(name);
            if (entry == null) {
                present.add(rescanned(name, object.size()));
            } else if (entry.stored() == 0 || entry.stored() == object.size()) {
                present.add(entry);
            } else {
                known.put(name, entry);
            }
        }
        List<SegmentEntry> partials = segments(PARTIALS).stream()
                .map(object -> name(object, PARTIALS))
                .flatMap(name -> partialEntry(name, present).stream())
                .toList();
        List<TimelineHistory> histories = histories().stream()
                .map(timeline ->
                        TimelineHistory.parse(timeline, history(timeline).orElseThrow()))
                .toList();
        return new WalIndex(present, partials, List.copyOf(known.keySet()), histories);
    }

    /** Removes a segment that no window needs any more, with its index entry. */
    void remove(SegmentName name) {
        pages.remove(name.page());
        List<SegmentEntry> left = page(name.page()).stream()
                .filter(entry -> !entry.name().equals(name))
                .toList();
        String path = INDEX + name.page() + JSON;
        if (left.isEmpty()) {
            files.delete(path);
        } else {
            files.putDocument(path, new Page(left));
        }
        pages.remove(name.page());
        files.delete(SEGMENTS + name);
        files.delete(PARTIALS + name);
    }

    private SegmentEntry rescanned(SegmentName name, long stored) {
        byte[] content = segment(name).orElseThrow();
        return SegmentEntry.of(name, scan(name, content, carryInto(name, content.length)), content.length, stored);
    }

    private Optional<SegmentEntry> partialEntry(SegmentName name, List<SegmentEntry> whole) {
        if (whole.stream().anyMatch(entry -> entry.name().equals(name))) {
            return Optional.empty();
        }
        return partial(name).map(content -> {
            byte[] carry = whole.stream()
                    .filter(entry -> entry.number() == name.number(content.length) - 1)
                    .reduce((one, later) -> later)
                    .map(SegmentEntry::carried)
                    .orElse(null);
            return SegmentEntry.of(name, scan(name, content, carry), content.length, 0);
        });
    }

    private void index(SegmentEntry entry) {
        String page = entry.name().page();
        List<SegmentEntry> entries = page(page);
        if (entries.contains(entry)) {
            return;
        }
        List<SegmentEntry> more = new ArrayList<>(entries);
        more.removeIf(other -> other.name().equals(entry.name()));
        more.add(entry);
        more.sort(Comparator.comparing(SegmentEntry::name));
        Page next = new Page(more);
        files.putDocument(INDEX + page + JSON, next);
        pages.put(page, next);
    }

    private List<SegmentEntry> page(String page) {
        return pages.computeIfAbsent(
                        page,
                        name -> files.document(INDEX + name + JSON, Page.class).orElse(new Page(List.of())))
                .segments();
    }

    /** The beginning of the record that continues in this segment, as the index knows it. */
    private byte @Nullable [] carryInto(SegmentName name, int segmentSize) {
        long number = name.number(segmentSize);
        if (number == 0) {
            return null;
        }
        SegmentName before = SegmentName.of(name.timeline(), number - 1, segmentSize);
        return page(before.page()).stream()
                .filter(entry -> entry.name().equals(before))
                .findFirst()
                .map(SegmentEntry::carried)
                .orElse(null);
    }

    /** Without objects of other names: some S3 servers list a file that they are still writing. */
    private List<StoredObject> segments(String folder) {
        return files.list(folder).stream()
                .filter(object -> SegmentName.matches(object.key().substring(folder.length())))
                .toList();
    }

    private static SegmentName name(StoredObject object, String folder) {
        return SegmentName.parse(object.key().substring(folder.length()));
    }

    private static WalScanner.Scan scan(SegmentName name, byte[] content, byte @Nullable [] carry) {
        try {
            return WalScanner.scan(name, content, carry);
        } catch (IllegalArgumentException e) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_CORRUPT, "WAL segment " + name + " is not archived: " + e.getMessage(), e);
        }
    }

    private HoldfastException conflict(String name) {
        return HoldfastException.about(
                name,
                FailureCode.WAL_CONFLICT,
                "the vault has other content under " + name + " in " + files.describe()
                        + ", which was not overwritten; two servers with one system identifier and timeline archive under"
                        + " this source: stop one, or give it a source of its own");
    }
}
