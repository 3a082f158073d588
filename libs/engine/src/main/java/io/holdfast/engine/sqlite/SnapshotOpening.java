package io.holdfast.engine.sqlite;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.CancelWatch;
import io.holdfast.engine.DatabaseSetting;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TableShape;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** Opens a snapshot: of a live file by way of a copy, of a restored one as it is. */
final class SnapshotOpening {
    /** Rows that a new table would not take: nothing is damaged, but they could not be loaded. */
    private static final Pattern UNLOADABLE = Pattern.compile("(NULL|non-\\w+|NUMERIC|TEXT) value in .*");

    /** The search index of an FTS table does not match its content: it is carried as it is. */
    private static final Pattern CARRIED = Pattern.compile(".*inverted index for FTS.*");

    private static final int PROBLEMS = 50;
    private static final int NAMED = 5;

    private final Path shown;
    private final SnapshotOptions options;
    private final BiFunction<String, SQLException, Failure> failure;

    private SnapshotOpening(Path shown, SnapshotOptions options, BiFunction<String, SQLException, Failure> failure) {
        this.shown = shown;
        this.options = options;
        this.failure = failure;
    }

    static SqliteSnapshot ofLive(Path file, SnapshotOptions options) {
        SnapshotOpening opening =
                new SnapshotOpening(file, options, (doing, e) -> SqliteFailures.source(file, doing, e));
        LiveCopy copy = LiveCopy.of(file, options);
        List<Connection> readers = new ArrayList<>();
        try (copy) {
            opening.connect(copy.file(), readers);
        } catch (RuntimeException e) {
            readers.forEach(Sqlite::close);
            throw e;
        }
        return opening.snapshot(readers, copy.at(), copy.journalMode(), true);
    }

    /** @param journalMode as the file will have it */
    static SqliteSnapshot ofStill(Path file, SnapshotOptions options, String journalMode) {
        SnapshotOpening opening =
                new SnapshotOpening(file, options, (doing, e) -> SqliteFailures.target(file, doing, e));
        List<Connection> readers = new ArrayList<>();
        try {
            opening.connect(file, readers);
        } catch (RuntimeException e) {
            readers.forEach(Sqlite::close);
            throw e;
        }
        return opening.snapshot(readers, Instant.now(), journalMode, false);
    }

    private void connect(Path file, List<Connection> readers) {
        try {
            for (int i = 0; i < options.readers(); i++) {
                Connection reader = Sqlite.still(file);
                readers.add(reader);
                // opens the file in earnest: it may be gone for the next
                Sqlite.one(reader, "SELECT count(*) FROM main.sqlite_schema");
            }
        } catch (SQLException e) {
            throw failure.apply("opening", e);
        }
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private SqliteSnapshot snapshot(List<Connection> readers, Instant at, String journalMode, boolean live) {
        Connection first = readers.getFirst();
        boolean opened = false;
        try (CancelWatch.Watched watched = CancelWatch.watch(() -> Sqlite.interrupt(first))) {
            SqliteCatalog catalog = new SqliteCatalog(first);
            SchemaRows whole = catalog.schema(journalMode);
            SqliteScope scope = new SqliteScope(whole, catalog.shadows(), options.scope());
            SchemaRows schema = scope.schema();
            if (live) {
                rehearse(schema);
            }
            refuseDamaged(first, schema.equals(whole) ? List.of() : schema.entries(), live);
            List<TableShape> tables = catalog.tables(schema, scope::includesRows);
            DatabaseShape shape = shape(first, schema, tables);
            opened = true;
            return new SqliteSnapshot(shown, failure, readers, shape, schema, at);
        } catch (SQLException e) {
            throw failure.apply("reading the catalog", e);
        } finally {
            if (!opened) {
                readers.forEach(Sqlite::close);
            }
        }
    }

    /** @param only these tables; empty: everything, free pages too */
    private void refuseDamaged(Connection connection, List<SchemaRows.Entry> only, boolean live) throws SQLException {
        // rows against a CHECK are the application's affair, and are loaded again without asking it
        Sqlite.run(connection, "PRAGMA ignore_check_constraints = ON");
        List<String> problems = new ArrayList<>();
        if (only.isEmpty()) {
            problems.addAll(problems(connection, "" + PROBLEMS));
        }
        for (SchemaRows.Entry entry : only) {
            if (entry.ordinaryTable()) {
                problems.addAll(problems(connection, QualifiedName.quote(entry.name())));
            }
        }
        problems.removeIf(
                problem -> problem.equals("ok") || CARRIED.matcher(problem).matches());
        if (problems.isEmpty()) {
            return;
        }
        String first = String.join("; ", problems.subList(0, Math.min(NAMED, problems.size())));
        if (!live) {
            throw Failure.of(
                    FailureCode.TARGET_LOAD_FAILED, "the restored database " + shown + " is damaged: " + first);
        }
        if (problems.stream().allMatch(problem -> UNLOADABLE.matcher(problem).matches())) {
            throw Failure.of(
                    FailureCode.SOURCE_UNSUPPORTED,
                    "the database " + shown + " has rows that its own definitions forbid, and that no copy would take: "
                            + first + "; correct them");
        }
        throw Failure.of(FailureCode.SOURCE_CORRUPT, SqliteFailures.corruptMessage(shown, first));
    }

    private static List<String> problems(Connection connection, String what) throws SQLException {
        return Sqlite.list(connection, "PRAGMA main.integrity_check(" + what + ")", row -> row.getString(1));
    }

    /** What cannot be made anew in an empty database, for want of an extension, could not be restored either. */
    private void rehearse(SchemaRows schema) throws SQLException {
        List<String> refused = new ArrayList<>();
        Connection memory = Sqlite.memory();
        try {
            SchemaBuilder builder = new SchemaBuilder(
                    memory, schema, (entry, e) -> refused.add(entry.shown() + " (" + SqliteFailures.said(e) + ")"));
            builder.tables();
            builder.rest();
        } finally {
            Sqlite.close(memory);
        }
        if (!refused.isEmpty()) {
            throw new Failure(
                    FailureReason.of(
                            FailureCode.SOURCE_UNSUPPORTED,
                            "the database " + shown
                                    + " has what cannot be made again without the program that made it: "
                                    + String.join(", ", refused) + "; exclude the tables, or drop these objects"),
                    null);
        }
    }

    private static DatabaseShape shape(Connection connection, SchemaRows schema, List<TableShape> tables)
            throws SQLException {
        List<DatabaseSetting> settings = new ArrayList<>();
        schema.settings().forEach((name, value) -> settings.add(new DatabaseSetting(null, name, value)));
        settings.add(new DatabaseSetting(
                null, SqliteSnapshot.VIOLATIONS, SqliteCatalog.foreignKeyViolations(connection, tables)));
        return new DatabaseShape(
                SqliteEngine.NAME,
                Sqlite.version(connection),
                3,
                SqliteCatalog.MAIN,
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
                null);
    }
}
