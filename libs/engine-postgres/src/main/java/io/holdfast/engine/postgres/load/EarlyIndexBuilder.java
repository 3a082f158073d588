package io.holdfast.engine.postgres.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.RowFunctionQueries;
import io.holdfast.engine.postgres.dump.SchemaLoader;
import io.holdfast.engine.postgres.dump.SchemaLoader.Part;
import io.holdfast.engine.postgres.dump.StandaloneIndexes;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Plain indexes of tables that are loaded, made while others still are: the rows of the largest table are one stream, and
 * processors would wait for its end.
 */
final class EarlyIndexBuilder {
    /** Rows of a table whose indexes are worth a run of pg_restore of their own. */
    private static final long LARGE = 100_000;

    private static final int AT_ONCE = 100;

    /** Not of trees: to make one's index may lock others of its tree. */
    private static final String APART =
            "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE c.relkind = 'r' AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i"
                    + " WHERE c.oid IN (i.inhrelid, i.inhparent))";

    private final SchemaLoader schema;
    private final TargetConnections connections;
    private final RowLoader loading;
    private final Predicate<List<QualifiedName>> analyzing;
    private final IndexBuildThrottle underWay;
    private final Queue<List<QualifiedName>> indexed = new ConcurrentLinkedQueue<>();
    private final Set<Integer> made = ConcurrentHashMap.newKeySet();
    private final Set<QualifiedName> analyzed = ConcurrentHashMap.newKeySet();
    private @Nullable Map<QualifiedName, StandaloneIndexes> waiting;

    /** @param analyzing answers whether the statistics of all these could be gathered */
    EarlyIndexBuilder(
            SchemaLoader schema,
            TargetConnections connections,
            RowLoader loading,
            int jobs,
            Predicate<List<QualifiedName>> analyzing) {
        this.schema = schema;
        this.connections = connections;
        this.loading = loading;
        this.analyzing = analyzing;
        this.underWay = new IndexBuildThrottle(connections, jobs);
    }

    /**
     * Makes those of the largest table that is loaded and that nobody else has taken, or of many small ones; gathers
     * statistics if none are left.
     *
     * @return whether there may be more to do
     */
    boolean make(Path dump) {
        Map<QualifiedName, StandaloneIndexes> next = take(dump);
        if (next.isEmpty()) {
            return analyze();
        }
        if (!made(dump, next)) {
            return false;
        }
        List<QualifiedName> whole = next.entrySet().stream()
                .filter(table -> table.getValue().all())
                .map(Map.Entry::getKey)
                .toList();
        if (!whole.isEmpty()) {
            indexed.add(whole);
        }
        return true;
    }

    private boolean analyze() {
        List<QualifiedName> next = indexed.poll();
        if (next == null) {
            return false;
        }
        underWay.awaitRoom();
        if (analyzing.test(next)) {
            analyzed.addAll(next);
        }
        return true;
    }

    /** Where loads have all connections that the server gives, its indexes are made when those are done. */
    private boolean made(Path dump, Map<QualifiedName, StandaloneIndexes> tables) {
        Set<Integer> entries = tables.values().stream()
                .flatMap(indexes -> indexes.entries().stream())
                .collect(Collectors.toSet());
        tables.forEach((table, indexes) -> {
            if (large(table) && indexes.sorted()) {
                underWay.begin(table, indexes.entries().size());
            }
        });
        try {
            schema.load(dump, Part.AFTER_ROWS, 1, entry -> entries.contains(entry.id()));
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() != FailureCode.TARGET_UNREACHABLE
                    || !SqlErrorTranslator.full(holdfastException.reason().message())) {
                throw holdfastException;
            }
            return false;
        } finally {
            tables.keySet().forEach(underWay::end);
        }
        made.addAll(entries);
        return true;
    }

    private synchronized Map<QualifiedName, StandaloneIndexes> take(Path dump) {
        Map<QualifiedName, StandaloneIndexes> left = waiting(dump);
        List<Map.Entry<QualifiedName, Long>> loaded = loading.loaded().entrySet().stream()
                .filter(table -> left.containsKey(table.getKey()))
                .sorted(Map.Entry.<QualifiedName, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
        boolean large = !loaded.isEmpty() && large(loaded.getFirst().getKey());
        Map<QualifiedName, StandaloneIndexes> taken = new HashMap<>();
        loaded.stream().limit(large ? 1 : AT_ONCE).forEach(table -> {
            StandaloneIndexes indexes = left.remove(table.getKey());
            if (indexes != null) {
                taken.put(table.getKey(), indexes);
            }
        });
        return taken;
    }

    private boolean large(QualifiedName table) {
        return loading.loaded().getOrDefault(table, 0L) >= LARGE;
    }

    private Map<QualifiedName, StandaloneIndexes> waiting(Path dump) {
        Map<QualifiedName, StandaloneIndexes> known = waiting;
        if (known == null) {
            known = new HashMap<>(schema.plainIndexes(dump));
            known.keySet()
                    .retainAll(connections.byLoader(
                            "looking for tables by themselves",
                            connection -> RowFunctionQueries.inChecksOrIndexes(connection)
                                    ? Set.<QualifiedName>of()
                                    : Set.copyOf(Sql.list(connection, APART, row -> Sql.name(row, 1)))));
            waiting = known;
        }
        return known;
    }

    /** Numbers in the dump. */
    Set<Integer> made() {
        return made;
    }

    Set<QualifiedName> analyzed() {
        return analyzed;
    }
}
