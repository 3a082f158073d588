package io.holdfast.engine.sqlite.snapshot;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.DatabaseSetting;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.sqlite.jdbc.ReservedNames;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import io.holdfast.engine.sqlite.schema.SchemaCreator;
import io.holdfast.engine.sqlite.schema.ScopeFilter;
import io.holdfast.engine.sqlite.schema.SqliteCatalog;
import io.holdfast.engine.sqlite.schema.SqliteSchemaDump;
import io.holdfast.engine.sqlite.schema.VirtualTableEmptier;
import io.holdfast.engine.support.InterruptWatcher;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sqlite.SQLiteErrorCode;

/** Opens a snapshot: of a live file by way of a copy, of a restored one as it is. */
public final class SnapshotOpener {
    /** Rows that a new table would not take: nothing is damaged, but they could not be loaded. */
    private static final Pattern UNLOADABLE = Pattern.compile("(NULL|non-\\w+|NUMERIC|TEXT) value in .*");

    /** The search index of an FTS table does not match its content: it is carried as it is. */
    private static final Pattern CARRIED = Pattern.compile(".*inverted index for FTS.*");

    private static final int PROBLEMS = 50;
    private static final int NAMED = 5;

    private final Path shown;
    private final SnapshotOptions options;
    private final BiFunction<String, SQLException, HoldfastException> failure;

    private SnapshotOpener(
            Path shown, SnapshotOptions options, BiFunction<String, SQLException, HoldfastException> failure) {
        this.shown = shown;
        this.options = options;
        this.failure = failure;
    }

    public static SqliteSnapshot ofLive(Path file, SnapshotOptions options) {
        SnapshotOpener opening =
                new SnapshotOpener(file, options, (doing, e) -> SqliteErrorTranslator.source(file, doing, e));
        OnlineFileCopy copy = OnlineFileCopy.of(file, options);
        List<Connection> readers = new ArrayList<>();
        try (copy) {
            new VirtualTableEmptier(file, options.scope()).in(copy.file());
            opening.connect(copy.file(), readers);
        } catch (RuntimeException e) {
            readers.forEach(SqliteConnections::close);
            throw e;
        }
        SqliteSnapshot snapshot = opening.snapshot(readers, copy.at(), copy.journalMode(), true);
        if (options.changeRange() > 0) {
            copy.state().ifPresent(snapshot::recordState);
        }
        return snapshot;
    }

    /**
     * Of a private copy that was read from elsewhere. Removes the copy's directory; connections keep what they read.
     *
     * @param shown what messages call the database
     * @param at when the database was as the copy is
     */
    public static SqliteSnapshot ofReplica(Path copy, Path shown, SnapshotOptions options, Instant at) {
        SnapshotOpener opening =
                new SnapshotOpener(shown, options, (doing, e) -> SqliteErrorTranslator.source(shown, doing, e));
        List<Connection> readers = new ArrayList<>();
        try {
            opening.connect(copy, readers);
        } catch (RuntimeException e) {
            readers.forEach(SqliteConnections::close);
            throw e;
        } finally {
            OnlineFileCopy.delete(requireNonNull(copy.getParent()));
        }
        return opening.snapshot(readers, at, "delete", true);
    }

    /** @param journalMode as the file will have it */
    public static SqliteSnapshot ofStill(Path file, SnapshotOptions options, String journalMode) {
        SnapshotOpener opening =
                new SnapshotOpener(file, options, (doing, e) -> SqliteErrorTranslator.target(file, doing, e));
        List<Connection> readers = new ArrayList<>();
        try {
            opening.connect(file, readers);
        } catch (RuntimeException e) {
            readers.forEach(SqliteConnections::close);
            throw e;
        }
        return opening.snapshot(readers, Instant.now(), journalMode, false);
    }

    private void connect(Path file, List<Connection> readers) {
        try {
            for (int i = 0; i < options.readers(); i++) {
                Connection reader = SqliteConnections.still(file);
                readers.add(reader);
                // opens the file in earnest: it may be gone for the next
                SqliteConnections.one(reader, "SELECT count(*) FROM main.sqlite_schema");
            }
        } catch (SQLException e) {
            throw failure.apply("opening", e);
        }
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private SqliteSnapshot snapshot(List<Connection> readers, Instant at, String journalMode, boolean live) {
        Connection first = readers.getFirst();
        boolean opened = false;
        try (InterruptWatcher.Watched watched = InterruptWatcher.watch(() -> SqliteConnections.interrupt(first))) {
            SqliteCatalog catalog = new SqliteCatalog(first);
            SqliteSchemaDump whole = catalog.schema(journalMode);
            ScopeFilter scope = new ScopeFilter(whole, catalog.shadows(), options.scope());
            SqliteSchemaDump schema = scope.schema();
            List<SqliteSchemaDump.Entry> omitted = live ? rehearse(schema) : List.of();
            refuseDamaged(first, schema, omitted, schema.equals(whole), live);
            List<TableDescriptor> tables = catalog.tables(schema, scope::includesRows);
            if (live) {
                refuseUncomputable(first, tables);
            }
            DatabaseDescriptor shape = shape(first, schema, tables);
            opened = true;
            return new SqliteSnapshot(shown, failure, readers, options.scope(), shape, schema, omitted, at);
        } catch (SQLException e) {
            throw failure.apply("reading the catalog", e);
        } finally {
            if (!opened) {
                readers.forEach(SqliteConnections::close);
            }
        }
    }

    private void refuseDamaged(
            Connection connection,
            SqliteSchemaDump schema,
            List<SqliteSchemaDump.Entry> omitted,
            boolean whole,
            boolean live)
            throws SQLException {
        // rows against a CHECK are the application's affair, and are loaded again without asking it
        SqliteConnections.run(connection, "PRAGMA ignore_check_constraints = ON");
        List<String> problems = problems(connection, schema, omitted, whole);
        problems.removeIf(
                problem -> problem.equals("ok") || CARRIED.matcher(problem).matches());
        if (problems.isEmpty()) {
            return;
        }
        String first = String.join("; ", problems.subList(0, Math.min(NAMED, problems.size())));
        if (!live) {
            throw HoldfastException.of(
                    FailureCode.TARGET_LOAD_FAILED, "the restored database " + shown + " is damaged: " + first);
        }
        if (problems.stream().allMatch(problem -> UNLOADABLE.matcher(problem).matches())) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNSUPPORTED,
                    "the database " + shown + " has rows that its own definitions forbid, and that no copy would take: "
                            + first + "; correct them");
        }
        throw HoldfastException.of(FailureCode.SOURCE_CORRUPT, SqliteErrorTranslator.corruptMessage(shown, first));
    }

    /** @param whole also free pages, and what modules have to say */
    private static List<String> problems(
            Connection connection, SqliteSchemaDump schema, List<SqliteSchemaDump.Entry> omitted, boolean whole)
            throws SQLException {
        if (whole && omitted.isEmpty()) {
            try {
                return problems(connection, "" + PROBLEMS);
            } catch (SQLException e) {
                // a module that refuses its table, for want of its program's tokenizer, say, has nothing to say
                if (SqliteErrorTranslator.code(e) != SQLiteErrorCode.SQLITE_ERROR
                        || schema.entries().stream().noneMatch(SqliteSchemaDump.Entry::virtual)) {
                    throw e;
                }
            }
        }
        List<String> problems = new ArrayList<>();
        Set<String> unchecked = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        omitted.forEach(index -> unchecked.add(index.table()));
        for (SqliteSchemaDump.Entry entry : schema.entries()) {
            // the check compares an index by its collation; reading the table finds damage of its own pages
            if (entry.ordinaryTable() && !unchecked.contains(entry.name())) {
                problems.addAll(problems(connection, QualifiedName.quote(entry.name())));
            }
        }
        return problems;
    }

    private static List<String> problems(Connection connection, String what) throws SQLException {
        return SqliteConnections.list(connection, "PRAGMA main.integrity_check(" + what + ")", row -> row.getString(1));
    }

    /**
     * Refuses what cannot be created in an empty database: it could not be restored either.
     *
     * @return indexes that only their application can create; their tables can be read and restored without them
     */
    private List<SqliteSchemaDump.Entry> rehearse(SqliteSchemaDump schema) throws SQLException {
        List<String> refused = new ArrayList<>();
        List<SqliteSchemaDump.Entry> omitted = SchemaCreator.rehearse(
                schema, (entry, e) -> refused.add(entry.shown() + " (" + SqliteErrorTranslator.said(e) + ")"));
        if (!refused.isEmpty()) {
            throw new HoldfastException(
                    FailureReason.of(
                            FailureCode.SOURCE_UNSUPPORTED,
                            "the database " + shown
                                    + " has what cannot be made again without the program that made it: "
                                    + String.join(", ", refused) + "; exclude the tables, or drop these objects"),
                    null);
        }
        return omitted;
    }

    /**
     * A generated column that was added later may be one that cannot be computed of rows that are there: no table takes such
     * a row anew.
     */
    private void refuseUncomputable(Connection connection, List<TableDescriptor> tables) throws SQLException {
        for (TableDescriptor table : tables) {
            List<String> generated =
                    table.dataIncluded() ? SqliteCatalog.generated(connection, table.name()) : List.of();
            if (generated.isEmpty()) {
                continue;
            }
            String counts = generated.stream()
                    .map(column -> "count(" + QualifiedName.quote(column) + ")")
                    .collect(Collectors.joining(", "));
            try {
                SqliteConnections.one(
                        connection, "SELECT " + counts + " FROM " + table.name().sql() + " NOT INDEXED");
            } catch (SQLException e) {
                if (SqliteErrorTranslator.code(e) != SQLiteErrorCode.SQLITE_ERROR) {
                    throw e;
                }
                throw HoldfastException.about(
                        table.name().name(),
                        FailureCode.SOURCE_UNSUPPORTED,
                        "the database " + shown + " has rows of which generated columns of table \""
                                + table.name().name() + "\" cannot be computed, and that no copy would take ("
                                + SqliteErrorTranslator.said(e) + "); correct them, or exclude the table");
            }
        }
    }

    private static DatabaseDescriptor shape(
            Connection connection, SqliteSchemaDump schema, List<TableDescriptor> tables) throws SQLException {
        List<DatabaseSetting> settings = new ArrayList<>();
        schema.settings().forEach((name, value) -> settings.add(new DatabaseSetting(null, name, value)));
        settings.add(new DatabaseSetting(
                null, SqliteSnapshot.VIOLATIONS, SqliteCatalog.foreignKeyViolations(connection, tables)));
        return new DatabaseDescriptor(
                DatabaseDescriptor.SQLITE,
                SqliteConnections.version(connection),
                3,
                ReservedNames.MAIN,
                "",
                schema.setting("encoding"),
                "",
                "",
                "",
                null,
                -1,
                null,
                false,
                null,
                List.of(),
                List.of(),
                settings,
                null,
                List.of(),
                List.of(),
                tables,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null);
    }
}
