package io.holdfast.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * A database being restored, in this order: {@link #preData}, {@link #load} of every table (from any number of threads),
 * {@link #postData}, {@link #sequences}, {@link #refresh}, {@link #analyze}, {@link #properties}. Each of {@code load} and
 * what follows {@code postData} may be repeated; after a failure in {@code preData} or {@code postData} drop the database
 * and begin again. Interrupting a thread inside a call ends it with {@code CANCELLED} and leaves nothing running.
 */
public interface TargetDatabase extends AutoCloseable {

    /** Types, functions, tables without indexes. */
    void preData(Path schemaDump);

    /**
     * Replaces the rows of a table. All or nothing; the number of rows is checked before the commit. A leaf that refuses
     * its rows (its tree is hashed on something that differs between databases) is loaded through its root instead.
     *
     * @param rows how many rows there are; a table without columns gets as many
     */
    LoadResult load(TableShape table, long rows, RowSource source);

    /** Indexes, constraints, triggers, rules, publications. */
    void postData(Path schemaDump);

    void sequences(List<SequenceShape> sequences);

    /** Fills materialized views, in the given order. */
    void refresh(List<QualifiedName> views);

    /** The planner's statistics. */
    void analyze();

    /** Settings, comment, grants and connection limit of the database itself. */
    void properties(DatabaseShape shape);

    /** Reads the database as it is now, the same way as a source. */
    Snapshot snapshot(SnapshotOptions options);

    @Override
    void close();
}
