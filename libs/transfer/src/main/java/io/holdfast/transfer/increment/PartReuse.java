package io.holdfast.transfer.increment;

import io.holdfast.engine.Snapshot;
import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.increment.ChangesSince;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.rows.BlockRange;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.write.BackupWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides for each part of a plan whether it is read or taken from an earlier backup, and, in a backup that reads everything,
 * whether it would have been right to take it. Safe for many threads.
 */
public final class PartReuse {
    private static final Logger LOG = LoggerFactory.getLogger(PartReuse.class);
    private static final int MOST_DIFFERENCES = 20;

    private final @Nullable IncrementBase base;
    private final BackupWriter writer;
    private final ChangesSince changes;
    private final Map<BackupContents.Name, Map<Optional<BlockRange>, StoredPart>> stored = new HashMap<>();
    private final AtomicBoolean taken = new AtomicBoolean();
    private final LongAdder compared = new LongAdder();
    private final ConcurrentSkipListSet<String> differences = new ConcurrentSkipListSet<>();

    /** @param base null: everything is read */
    public PartReuse(Snapshot snapshot, BackupWriter writer, @Nullable IncrementBase base) {
        this.base = base;
        this.writer = writer;
        this.changes =
                base == null ? ChangesSince.unknown("no backup to build on") : snapshot.changesSince(base.mark());
        if (base != null) {
            changes.doubt()
                    .ifPresent(doubt -> LOG.info(
                            "backup of \"{}\" reads all rows: {}",
                            snapshot.shape().database(),
                            doubt));
            if (changes.doubt().isEmpty()) {
                base.manifest().contents().tables().forEach(this::index);
            }
        }
    }

    private void index(BackupContents.Table table) {
        stored.put(
                table.name(),
                StoredPart.of(table).stream()
                        .collect(Collectors.toMap(part -> Optional.ofNullable(part.blocks()), part -> part)));
    }

    /** The rows of the part as the earlier backup holds them, to be named in the new one; empty: they have to be read. */
    public Optional<StoredPart> take(TableReadRange part) {
        if (base == null || base.readAll()) {
            return Optional.empty();
        }
        Optional<StoredPart> there = unchanged(part).filter(found -> writer.reuse(found.extents()));
        if (there.isPresent()) {
            taken.set(true);
        }
        return there;
    }

    /** Compares rows that were read with those that could have been taken. */
    public void compare(TableReadResult read) {
        unchanged(read.part()).ifPresent(there -> {
            compared.increment();
            if (!there.fingerprint().equals(read.fingerprint()) || there.bytes() != read.bytes()) {
                differences.add(shown(read.part()));
            }
        });
    }

    private Optional<StoredPart> unchanged(TableReadRange part) {
        return changes.unchanged().test(part)
                ? Optional.ofNullable(
                        stored.getOrDefault(DescriptorCodec.name(part.table().name()), Map.of())
                                .get(Optional.ofNullable(part.blocks())))
                : Optional.empty();
    }

    private static String shown(TableReadRange part) {
        QualifiedName name = part.relation();
        BlockRange blocks = part.blocks();
        return blocks == null
                ? name.toString()
                : name + " from block " + blocks.first() + (blocks.open() ? "" : " to " + (blocks.end() - 1));
    }

    /**
     * The note for the manifest, after all parts were read; empty if there is nothing to say. Nothing is to build on a backup
     * that took parts from backups which it contradicts.
     */
    public Optional<IncrementNote> note(Snapshot snapshot) {
        IncrementBase from = base;
        List<String> builtOn = taken.get() && from != null ? from.builtOn() : List.of();
        List<String> contradicted = differences.isEmpty() || from == null ? List.of() : from.builtOn();
        Optional<ChangeMark> mark = builtOn.isEmpty() || contradicted.isEmpty() ? snapshot.mark() : Optional.empty();
        return mark.isEmpty() && builtOn.isEmpty() && compared.sum() == 0
                ? Optional.empty()
                : Optional.of(new IncrementNote(
                        mark.orElse(null),
                        builtOn,
                        contradicted,
                        differences.stream().limit(MOST_DIFFERENCES).toList(),
                        compared.sum()));
    }
}
