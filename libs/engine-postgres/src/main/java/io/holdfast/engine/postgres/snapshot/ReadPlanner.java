package io.holdfast.engine.postgres.snapshot;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.BlockRange;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.TableReadRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Divides the reading. Large heap tables are cut at multiples of a fixed number of blocks, not by the number of readers,
 * so that the ranges of a table that only grows stay the same from backup to backup; they become longer once, when the table
 * has four long ones. Small tables are read one after the other, as much of them as a range at once, and so are the small
 * leaves of a large tree.
 */
final class ReadPlanner {
    /** Tables up to this size share a lane, and so chunks. */
    static final long SMALL = 1024 * 1024;

    /** Blocks of a range of a large table: 64 MiB of the usual 8 KiB blocks. */
    static final long RANGE = 8192;

    /** Blocks of a range of a table with fewer than four large ones, so that all readers have a part of it. */
    private static final long SMALL_RANGE = RANGE / 4;

    private static final long BLOCK = 8192;

    /** What a table costs beside its rows: those without any are shared among readers too. */
    private static final long LEAST = 48 << 10;

    private final long small;
    private final long range;

    ReadPlanner(long small, long range) {
        this.small = small;
        this.range = range;
    }

    /** @param heapPages tables that may be read by ranges of blocks, with their size in blocks */
    List<ReadTask> plan(
            List<TableDescriptor> tables, Map<QualifiedName, Long> heapPages, Map<QualifiedName, Long> bytes) {
        ToLongFunction<TableReadRange> size = part -> size(part, heapPages, bytes);
        List<List<TableReadRange>> tasks = new ArrayList<>();
        List<TableReadRange> lane = new ArrayList<>();
        for (TableDescriptor table : tables) {
            if (table.dataIncluded()) {
                boolean shared = table.estimatedBytes() <= small;
                List<TableReadRange> leaves = new ArrayList<>();
                for (TableReadRange whole : whole(table)) {
                    if (shared) {
                        lane.add(whole);
                    } else if (table.kind() == TableDescriptor.Kind.TREE && size.applyAsLong(whole) <= small) {
                        leaves.add(whole);
                    } else {
                        split(whole, heapPages.getOrDefault(whole.relation(), 0L), tasks);
                    }
                }
                divide(leaves, size, tasks);
            }
        }
        divide(lane, size, tasks);
        ToLongFunction<List<TableReadRange>> all =
                parts -> parts.stream().mapToLong(size).sum();
        tasks.sort(Comparator.comparingLong(all).reversed());
        List<ReadTask> plan = new ArrayList<>();
        for (List<TableReadRange> parts : tasks) {
            plan.add(new ReadTask(plan.size(), parts, all.applyAsLong(parts)));
        }
        return plan;
    }

    private static List<TableReadRange> whole(TableDescriptor table) {
        List<QualifiedName> relations =
                table.kind() == TableDescriptor.Kind.TREE ? table.parts() : List.of(table.name());
        return relations.stream()
                .map(relation -> new TableReadRange(table, relation, null))
                .toList();
    }

    /** A lane as long as a range: several readers share the work where there are many tables. */
    private void divide(
            List<TableReadRange> lane, ToLongFunction<TableReadRange> size, List<List<TableReadRange>> tasks) {
        List<TableReadRange> some = new ArrayList<>();
        long bytes = 0;
        for (TableReadRange part : lane) {
            some.add(part);
            bytes += Math.max(LEAST, size.applyAsLong(part));
            if (bytes >= range * BLOCK) {
                tasks.add(some);
                some = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!some.isEmpty()) {
            tasks.add(some);
        }
    }

    private void split(TableReadRange whole, long pages, List<List<TableReadRange>> tasks) {
        long step = Math.min(range, pages < 4 * RANGE ? SMALL_RANGE : RANGE);
        // less than a range and a half stays whole: two connections for it would win nothing
        if (pages < step + step / 2) {
            tasks.add(List.of(whole));
            return;
        }
        for (long first = 0; first < pages; first += step) {
            boolean last = first + step >= pages;
            BlockRange blocks = new BlockRange(first, last ? BlockRange.OPEN : first + step);
            tasks.add(List.of(new TableReadRange(whole.table(), whole.relation(), blocks)));
        }
    }

    private static long size(TableReadRange part, Map<QualifiedName, Long> heapPages, Map<QualifiedName, Long> bytes) {
        long whole = bytes.getOrDefault(part.relation(), 0L);
        BlockRange blocks = part.blocks();
        if (blocks == null) {
            return whole;
        }
        long pages = Math.max(1, heapPages.getOrDefault(part.relation(), 1L));
        long end = Math.min(pages, blocks.end());
        return (long) ((double) whole * Math.max(0, end - blocks.first()) / pages);
    }
}
