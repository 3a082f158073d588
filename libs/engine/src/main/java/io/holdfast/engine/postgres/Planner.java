package io.holdfast.engine.postgres;

import io.holdfast.engine.BlockRange;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.ReadTask;
import io.holdfast.engine.TablePart;
import io.holdfast.engine.TableShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Divides the reading. Large heap tables are cut at multiples of a fixed number of blocks, not by the number of readers,
 * so that the ranges of a table that only grows stay the same from backup to backup.
 */
final class Planner {
    /** Tables up to this size share one lane, and so chunks. */
    static final long SMALL = 1024 * 1024;

    /** Blocks of a range: 64 MiB of the usual 8 KiB blocks. */
    static final long RANGE = 8192;

    private final long small;
    private final long range;

    Planner(long small, long range) {
        this.small = small;
        this.range = range;
    }

    /** @param heapPages tables that may be read by ranges of blocks, with their size in blocks */
    List<ReadTask> plan(List<TableShape> tables, Map<QualifiedName, Long> heapPages, Map<QualifiedName, Long> bytes) {
        ToLongFunction<TablePart> size = part -> size(part, heapPages, bytes);
        List<TablePart> lane = new ArrayList<>();
        List<TablePart> large = new ArrayList<>();
        for (TableShape table : tables) {
            if (table.dataIncluded()) {
                List<QualifiedName> relations =
                        table.kind() == TableShape.Kind.TREE ? table.parts() : List.of(table.name());
                boolean shared = table.estimatedBytes() <= small;
                for (QualifiedName relation : relations) {
                    if (shared) {
                        lane.add(new TablePart(table, relation, null));
                    } else {
                        split(table, relation, heapPages.getOrDefault(relation, 0L), large);
                    }
                }
            }
        }
        List<List<TablePart>> tasks = new ArrayList<>();
        large.forEach(part -> tasks.add(List.of(part)));
        if (!lane.isEmpty()) {
            tasks.add(lane);
        }
        ToLongFunction<List<TablePart>> all =
                parts -> parts.stream().mapToLong(size).sum();
        tasks.sort(Comparator.comparingLong(all).reversed());
        List<ReadTask> plan = new ArrayList<>();
        for (List<TablePart> parts : tasks) {
            plan.add(new ReadTask(plan.size(), parts, all.applyAsLong(parts)));
        }
        return plan;
    }

    private void split(TableShape table, QualifiedName relation, long pages, List<TablePart> parts) {
        // less than a range and a half stays whole: two connections for it would win nothing
        if (pages < range + range / 2) {
            parts.add(new TablePart(table, relation, null));
            return;
        }
        for (long first = 0; first < pages; first += range) {
            boolean last = first + range >= pages;
            parts.add(new TablePart(table, relation, new BlockRange(first, last ? BlockRange.OPEN : first + range)));
        }
    }

    private static long size(TablePart part, Map<QualifiedName, Long> heapPages, Map<QualifiedName, Long> bytes) {
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
