package io.holdfast.engine.postgres.load;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.LoadResult;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.catalog.RowFunctionQueries;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Loads rows. Those that may need others wait: {@link #rest} loads them. */
final class RowLoader {
    private final TargetConnections connections;
    private final LoadOptions options;
    private final FunctionSearchPaths functionSearchPaths;

    /** Leaves that refused their rows. They wait until no leaf is emptied for its own rows any more. */
    private final Queue<DeferredRows> leaves = new ConcurrentLinkedQueue<>();

    /** Extensions' tables and large objects, which depend on each other. */
    private final Queue<DeferredRows> late = new ConcurrentLinkedQueue<>();

    /** Tables whose checks and generated columns may read rows of others. */
    private final Queue<DeferredRows> reading = new ConcurrentLinkedQueue<>();

    /** How many rows of each, of those that wait for nothing. */
    private final Map<QualifiedName, Long> loaded = new ConcurrentHashMap<>();

    private final Queue<Finding> found = new ConcurrentLinkedQueue<>();

    private volatile @Nullable Set<QualifiedName> generating;

    RowLoader(TargetConnections connections, LoadOptions options, FunctionSearchPaths functionSearchPaths) {
        this.connections = connections;
        this.options = options;
        this.functionSearchPaths = functionSearchPaths;
    }

    /** @param streams at most, where code of the database's own does not look at the rows */
    LoadResult load(DeferredRows rows, int streams) {
        TableDescriptor table = rows.table();
        long expected = rows.rows();
        if (!table.ordinary()) {
            late.add(rows);
            return new LoadResult(expected, false);
        }
        found.removeIf(finding -> finding.object().equals(table.name().toString())); // it is tried again
        return orRefused(
                List.of(rows),
                new LoadResult(0, false),
                () -> connections.byLoader("loading " + table.name(), connection -> {
                    if (generating(connection).contains(table.name())) {
                        return wait(rows);
                    }
                    try {
                        boolean whole = replace(connection, rows, true, streams);
                        if (whole) {
                            loaded.put(table.name(), expected);
                        }
                        return new LoadResult(expected, !whole);
                    } catch (SQLException e) {
                        if (!mayBeEarly(connection, table, e)) {
                            throw e;
                        }
                        return wait(rows);
                    }
                }));
    }

    Map<QualifiedName, Long> loaded() {
        return loaded;
    }

    /** A rescue goes on without the rows of tables that were not made, or refuse them. */
    private <T> T orRefused(List<DeferredRows> tables, T without, Supplier<T> loading) {
        try {
            return withSearchPath(loading);
        } catch (HoldfastException holdfastException) {
            if (!refused(holdfastException)) {
                throw holdfastException;
            }
            if (!options.keepGoing()) {
                throw new HoldfastException(
                        new FailureReason(
                                holdfastException.code(),
                                holdfastException.getMessage() + functionSearchPaths.advice()
                                        + "; to have everything but these rows: ./holdfast vault restore --keep-going",
                                holdfastException.reason().object()),
                        holdfastException);
            }
            tables.forEach(rows -> found.add(new Finding(
                    Finding.Kind.NOT_LOADED,
                    rows.table().name().toString(),
                    "without the " + rows.rows() + " rows of " + rows.table().name() + ": "
                            + holdfastException.getMessage())));
            return without;
        }
    }

    /** Again as long as a function that refused rows did so without the source's search path. */
    private <T> T withSearchPath(Supplier<T> loading) {
        while (true) {
            int before = functionSearchPaths.count();
            try {
                return loading.get();
            } catch (HoldfastException holdfastException) {
                boolean other = refused(holdfastException)
                        && holdfastException.getCause() instanceof SQLException e
                        && (functionSearchPaths.give(e) || functionSearchPaths.count() > before);
                if (!other) {
                    throw holdfastException;
                }
            }
        }
    }

    private static boolean refused(HoldfastException holdfastException) {
        return holdfastException.code() == FailureCode.TARGET_LOAD_FAILED
                && holdfastException.getCause() instanceof SQLException e
                && !SqlErrorTranslator.ofTheServer(e);
    }

    private void orRefused(List<DeferredRows> tables, Runnable loading) {
        orRefused(tables, true, () -> {
            loading.run();
            return true;
        });
    }

    private Set<QualifiedName> generating(Connection connection) throws SQLException {
        Set<QualifiedName> known = generating;
        if (known == null) {
            known = RowFunctionQueries.generating(connection);
            generating = known;
        }
        return known;
    }

    /** Which leaf will have the rows is not known yet: the tree is looked at as a whole. */
    private LoadResult wait(DeferredRows rows) {
        reading.add(rows);
        return new LoadResult(rows.rows(), rows.table().root() != null);
    }

    /** Answers whether the table itself has them, and not other leaves of its tree. */
    private boolean replace(Connection connection, DeferredRows rows, boolean freeze, int streams)
            throws SQLException, IOException {
        try {
            if (streams > 1 && divisible(connection, rows.table())) {
                connections.together(
                        List.of(connection),
                        streams,
                        all -> TableLoader.replace(all, rows.table(), rows.rows(), rows.source()));
            } else {
                TableLoader.replace(connection, rows.table(), rows.rows(), rows.source(), freeze);
            }
            return true;
        } catch (SQLException e) {
            if (rows.table().root() == null || !TableLoader.refusedByPartition(e)) {
                throw e;
            }
            Sql.run(connection, "ROLLBACK");
            leaves.add(rows);
            return false;
        }
    }

    /** Not with a key that is there already: who has one twice would wait for another stream, and that for the next rows. */
    private static boolean divisible(Connection connection, TableDescriptor table) throws SQLException {
        return table.kind() != TableDescriptor.Kind.TREE
                && !table.columns().isEmpty()
                && !TableLoader.hasKeys(connection, table)
                && !RowFunctionQueries.checks(connection, table.name());
    }

    /** Whether others' rows may be what it lacked, or another load was in its way. */
    private boolean mayBeEarly(Connection connection, TableDescriptor table, SQLException e) throws SQLException {
        // the connection itself must not be asked: the driver would wait for the end of a COPY that never comes
        if (connections.stopped() || SqlErrorTranslator.connectionLost(e) || SqlErrorTranslator.concernsAll(e)) {
            return false;
        }
        Sql.run(connection, "ROLLBACK");
        return SqlErrorTranslator.mayPass(e) || RowFunctionQueries.checks(connection, table.name());
    }

    /**
     * Once all other rows are there.
     *
     * @return the tables whose rows were refused, and what of large objects could not be kept
     */
    List<Finding> rest() {
        Map<TableDescriptor.Kind, List<DeferredRows>> waiting =
                late.stream().collect(Collectors.groupingBy(rows -> rows.table().kind()));
        late.clear();
        extensions(waiting.getOrDefault(TableDescriptor.Kind.EXTENSION, List.of()));
        largeObjects(
                waiting.getOrDefault(TableDescriptor.Kind.LARGE_OBJECT_METADATA, List.of()),
                waiting.getOrDefault(TableDescriptor.Kind.LARGE_OBJECTS, List.of()));
        readingOthers();
        for (DeferredRows leaf = leaves.poll(); leaf != null; leaf = leaves.poll()) {
            throughRoot(leaf);
        }
        List<Finding> findings = List.copyOf(found);
        found.clear();
        return findings;
    }

    private void extensions(List<DeferredRows> tables) {
        if (tables.isEmpty()) {
            return;
        }
        try {
            extensionRows(tables);
        } catch (HoldfastException holdfastException) {
            if (!options.keepGoing() || !refused(holdfastException)) {
                throw holdfastException;
            }
            connections
                    .byOwner(
                            "looking for keys of extensions",
                            connection -> new ExtensionTableLoader(connection).ordered(tables))
                    .forEach(table -> orRefused(List.of(table), () -> extensionRows(List.of(table))));
        }
    }

    private void extensionRows(List<DeferredRows> tables) {
        connections.byOwner("loading rows of extensions", connection -> {
            new ExtensionTableLoader(connection).load(tables);
            return true;
        });
    }

    private void largeObjects(List<DeferredRows> objects, List<DeferredRows> pages) {
        if (!pages.isEmpty() && !objects.isEmpty()) {
            List<DeferredRows> both = List.of(objects.getFirst(), pages.getFirst());
            orRefused(
                    both,
                    () -> connections
                            .byOwner(
                                    "loading large objects",
                                    connection -> new LargeObjectLoader(connection, options)
                                            .load(objects.getFirst(), pages.getFirst()))
                            .ifPresent(found::add));
        }
    }

    /** One after the other, as pg_restore does; those that are refused again as long as others are not. */
    private void readingOthers() {
        List<DeferredRows> left = new ArrayList<>(reading);
        reading.clear();
        left.sort(Comparator.comparing(rows -> rows.table().name()));
        while (!left.isEmpty()) {
            List<DeferredRows> refused = new ArrayList<>();
            for (DeferredRows rows : left) {
                boolean last = refused.size() == left.size() - 1;
                if (!readingOthers(rows, !last)) {
                    refused.add(rows);
                }
            }
            left = refused;
        }
    }

    private boolean readingOthers(DeferredRows rows, boolean mayWait) {
        return orRefused(
                List.of(rows),
                true,
                () -> connections.byLoader("loading " + rows.table().name(), connection -> {
                    try {
                        replace(connection, rows, false, 1);
                        return true;
                    } catch (SQLException e) {
                        if (!mayWait || !mayBeEarly(connection, rows.table(), e)) {
                            throw e;
                        }
                        return false;
                    }
                }));
    }

    private void throughRoot(DeferredRows leaf) {
        QualifiedName root = requireNonNull(leaf.table().root());
        orRefused(
                List.of(leaf),
                () -> connections.byLoader(
                        "loading " + leaf.table().name() + " through " + root,
                        connection ->
                                TableLoader.throughRoot(connection, leaf.table(), root, leaf.rows(), leaf.source())));
    }
}
