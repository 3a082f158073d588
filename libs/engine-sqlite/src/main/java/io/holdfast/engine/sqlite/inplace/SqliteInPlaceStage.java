package io.holdfast.engine.sqlite.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.RowSource;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.sqlite.jdbc.ReservedNames;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.rows.TableLoader;
import io.holdfast.engine.sqlite.rows.TableReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of a backup in a private file, which is attached where they are compared and written. */
final class SqliteInPlaceStage implements InPlaceStage {
    private static final RowSink NOWHERE = (buffer, offset, length, hash) -> {};

    private final SqliteLiveDatabase live;
    private final RestoreMarkerTable mark;
    private final Path file;
    private final InPlaceSelection selection;
    private final DatabaseDescriptor backup;
    private final List<TableRestoreSpec> units;
    private List<ForeignKey> keys;
    private final Set<QualifiedName> loaded = new HashSet<>();
    private boolean complete;

    /** SQLite has one writer: whoever else loads waits for it. */
    private final ReentrantLock writer = new ReentrantLock();

    SqliteInPlaceStage(
            SqliteLiveDatabase live,
            RestoreMarkerTable mark,
            Path file,
            InPlaceSelection selection,
            DatabaseDescriptor backup,
            InPlacePlanner.Resolved resolved) {
        this.live = live;
        this.mark = mark;
        this.file = file;
        this.selection = selection;
        this.backup = backup;
        this.units = new ArrayList<>(resolved.units());
        this.keys = resolved.keys();
    }

    /** Which stage it is: no two have the same file. */
    String token() {
        return String.valueOf(file);
    }

    @Override
    public synchronized List<TableDescriptor> wanting() {
        List<TableDescriptor> wanting = unloaded();
        if (wanting.isEmpty() && !complete && selection.withParents()) {
            live.run("looking for rows to bring along", "BEGIN", file, connection -> {
                for (String parent : applying(connection).parentsWanted()) {
                    bringAlong(connection, parent);
                }
                return true;
            });
            wanting = unloaded();
        }
        complete = wanting.isEmpty();
        return wanting;
    }

    private List<TableDescriptor> unloaded() {
        return units.stream()
                .map(TableRestoreSpec::stored)
                .filter(table -> !loaded.contains(table.name()))
                .toList();
    }

    private void bringAlong(Connection connection, String parent) throws SQLException {
        InPlacePlanner.Resolved along = InPlacePlanner.along(connection, parent, units.size() + 1, backup);
        InPlacePlan.refuse(along.problems());
        units.addAll(along.units());
        List<ForeignKey> all = new ArrayList<>(keys);
        all.addAll(along.keys());
        keys = all.stream().distinct().toList();
    }

    @Override
    public void load(TableDescriptor table, Fingerprint expected, RowSource source) {
        TableRestoreSpec unit = unitOf(table);
        String doing = "staging " + table.name();
        try {
            writer.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, doing + " was cancelled", e);
        }
        try {
            SqliteLiveDatabase.fill(doing, file, connection -> load(connection, unit, expected, source));
        } finally {
            writer.unlock();
        }
        synchronized (this) {
            loaded.add(table.name());
        }
    }

    private boolean load(Connection connection, TableRestoreSpec unit, Fingerprint expected, RowSource source)
            throws SQLException, IOException, InterruptedException {
        String table = "t" + unit.number();
        TableDescriptor staged = new TableDescriptor(
                new QualifiedName(ReservedNames.MAIN, table),
                IntStream.range(0, unit.stored().columns().size())
                        .mapToObj(i -> "c" + i)
                        .toList(),
                TableDescriptor.Kind.TABLE,
                null,
                List.of(),
                true,
                0,
                0,
                null);
        SqliteConnections.run(connection, "DROP TABLE IF EXISTS " + table);
        SqliteConnections.run(connection, "CREATE TABLE " + table + " (" + String.join(", ", staged.columns()) + ")");
        TableLoader.replace(connection, staged, expected.rows(), source);
        Fingerprint read = TableReader.read(connection, new TableReadRange(staged, staged.name(), null), NOWHERE)
                .fingerprint();
        if (!read.equals(expected)) {
            throw HoldfastException.about(
                    unit.stored().name().toString(),
                    FailureCode.ROWS_DIFFER,
                    "staging " + unit.stored().name() + ": " + expected + " in the backup became " + read);
        }
        if (hasNullKeys(connection, unit, table)) {
            recogniseByRowid(unit);
        }
        index(connection, unit, table);
        return true;
    }

    private static boolean hasNullKeys(Connection connection, TableRestoreSpec unit, String table) throws SQLException {
        Optional<String> nulls = unit.key()
                .map(key -> key.columns().stream()
                        .map(column -> unit.restored(column).orElseThrow().staged(table) + " IS NULL")
                        .collect(Collectors.joining(" OR ")));
        return nulls.isPresent()
                && !SqliteConnections.list(
                                connection, "SELECT 1 FROM " + table + " WHERE " + nulls.get() + " LIMIT 1", row -> 1)
                        .isEmpty();
    }

    private synchronized void recogniseByRowid(TableRestoreSpec unit) {
        if (!unit.replacesWhole()) {
            throw HoldfastException.about(
                    unit.stored().name().toString(),
                    FailureCode.TARGET_UNSUITABLE,
                    "table " + unit.stored().name() + " has rows in the backup whose key is null, and which cannot be"
                            + " recognised; restore the whole file into a new one");
        }
        units.set(units.indexOf(unit), unit.byRowid());
    }

    /** For the questions of who refers to whom. */
    private synchronized void index(Connection connection, TableRestoreSpec unit, String table) throws SQLException {
        int number = 0;
        for (ForeignKey key : keys) {
            List<String> columns = key.parentColumns().stream()
                    .flatMap(column -> unit.restored(column).stream())
                    .map(column -> "c" + column.number())
                    .toList();
            if (key.leadsTo(unit.live().name()) && !columns.isEmpty()) {
                SqliteConnections.run(
                        connection,
                        "CREATE INDEX " + table + "_" + number++ + " ON " + table + " (" + String.join(", ", columns)
                                + ")");
            }
        }
    }

    private synchronized TableRestoreSpec unitOf(TableDescriptor table) {
        return units.stream()
                .filter(unit -> unit.stored().equals(table))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("table " + table.name() + " is not wanted"));
    }

    private InPlaceApplier applying(Connection connection) {
        return new InPlaceApplier(connection, units, keys, selection.withParents());
    }

    private void refuseIncomplete() {
        if (!complete) {
            throw new IllegalStateException("rows are still wanting");
        }
    }

    @Override
    public synchronized Set<QualifiedName> tables() {
        return units.stream().map(unit -> unit.live().qualified()).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public synchronized InPlaceDiff difference() {
        refuseIncomplete();
        return live.run(
                "comparing live tables with the backup",
                "BEGIN",
                file,
                connection -> applying(connection).difference());
    }

    @Override
    public synchronized InPlaceWriteResult apply() {
        refuseIncomplete();
        return live.run("restoring rows", "BEGIN IMMEDIATE", file, connection -> {
            Optional<InPlaceWriteResult> before = mark.applied(connection);
            if (before.isPresent()) {
                return before.get();
            }
            mark.refuseAnother(connection, token());
            mark.written(connection, applying(connection).write());
            InPlaceWriteResult written = mark.applied(connection).orElseThrow();
            SqliteConnections.run(connection, "COMMIT");
            return written;
        });
    }
}
