package io.holdfast.engine.postgres.increment;

import io.holdfast.engine.rows.BlockRange;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The blocks of a database's files that WAL summaries name, in units of a number of blocks. */
final class ChangedBlocks {
    /** The file number under which a summary notes that all files of a database were replaced. */
    private static final long ALL_FILES = 0;

    private final long blocksOfUnit;
    private final Map<Long, Set<Long>> units = new HashMap<>();
    private final Set<Long> replaced = new HashSet<>();

    ChangedBlocks(long blocksOfUnit) {
        this.blocksOfUnit = blocksOfUnit;
    }

    void changed(long file, long unit) {
        units.computeIfAbsent(file, number -> new HashSet<>()).add(unit);
    }

    /** The file was created, truncated or removed. */
    void replaced(long file) {
        replaced.add(file);
    }

    /** @param blocks null: all of the file; else a range that begins and ends with a unit */
    boolean touch(long file, @Nullable BlockRange blocks) {
        if (replaced.contains(ALL_FILES) || replaced.contains(file)) {
            return true;
        }
        Set<Long> changed = units.getOrDefault(file, Set.of());
        if (blocks == null) {
            return !changed.isEmpty();
        }
        return changed.stream()
                .anyMatch(unit -> (unit + 1) * blocksOfUnit > blocks.first()
                        && (blocks.open() || unit * blocksOfUnit < blocks.end()));
    }
}
