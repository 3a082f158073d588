package io.holdfast.engine;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.check.Damage;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.SequenceState;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.RowSource;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A database being restored, in this order: {@link #settings}, {@link #preData}, {@link #load} of every table (from any number of threads) and
 * {@link #indexLoaded}, {@link #postData}, {@link #refresh}, {@link #sequences}, {@link #analyses}, {@link #finish}, {@link #properties}; when it is compared and
 * checked, {@link #admit}. Each of {@code load} and what follows {@code postData} may be repeated; after a failure in {@code preData}, {@code indexLoaded} or {@code postData} drop the database
 * and begin again. Interrupting a thread inside a call ends it with {@code CANCELLED} and leaves nothing running.
 */
public interface TargetDatabase extends AutoCloseable {

    /**
     * Gives the database, for the time of the restore, what the source's sessions begin with and its own settings: what
     * checks, generated columns, indexes and materialized views yield may depend on it. Those that would stand in the way
     * wait for {@link #admit}.
     */
    void settings(DatabaseDescriptor shape);

    /**
     * Types, functions, tables without indexes.
     *
     * @return what was refused, if {@link LoadOptions#keepGoing}; it fails otherwise
     */
    List<Finding> preData(Path schemaDump);

    /**
     * Replaces the rows of a table. All or nothing; the number of rows is checked before the commit. A leaf that refuses
     * its rows (its tree is hashed on something that differs between databases) is loaded through its root instead. Rows
     * of extensions' tables and large objects wait for {@link #postData}, because they depend on each other.
     *
     * <p>With {@link LoadOptions#keepGoing} a table that refuses its rows stays empty: {@code postData} tells.
     *
     * @param rows how many rows there are; a table without columns gets as many
     * @param streams over how many connections the rows may go at the same time, where others leave so many. If it fails then, it may leave
     *     some rows, which are replaced when it is repeated
     */
    LoadResult load(TableDescriptor table, long rows, int streams, RowSource source);

    /** In one stream. */
    default LoadResult load(TableDescriptor table, long rows, RowSource source) {
        return load(table, rows, 1, source);
    }

    /**
     * Makes indexes of some tables whose rows are loaded, as far as others' rows mean nothing to them, or gathers what the
     * planner is to know of these: for whoever has no more rows to load while others still do, from any number of threads.
     * What is not done here {@link #postData} and {@link #analyses} do.
     *
     * @return whether there was something to do; then there may be more
     */
    boolean indexLoaded(Path schemaDump);

    /**
     * Indexes, constraints, triggers, rules, publications; then all grants.
     *
     * @return what was refused, if {@link LoadOptions#keepGoing}, with the tables whose rows {@link #load} could not load;
     *     it fails otherwise
     */
    List<Finding> postData(Path schemaDump);

    void sequences(List<SequenceState> sequences);

    /**
     * Fills materialized views, in the given order. Every one is tried.
     *
     * @return those that could not be filled, by what they read or compute; fails with what concerns the others as well
     */
    List<Finding> refresh(List<QualifiedName> views);

    /**
     * What gathers the planner's statistics, the longest first. Each to be run once, from any number of threads; answers
     * with the tables whose statistics could not be gathered, and fails with what concerns the others as well.
     */
    List<Supplier<List<Finding>>> analyses();

    /**
     * What would stand in the way of what comes before: event triggers; and, where the target lacks roles, the owners and
     * grants that it can have.
     *
     * @return as of {@link #postData}
     */
    List<Finding> finish(Path schemaDump);

    /** Owner, comment and labels of the database itself. */
    void properties(DatabaseDescriptor shape);

    /**
     * Its settings, grants and connection limit. They may keep whoever restored it from reading it, so they come when it is
     * compared and checked.
     *
     * @return settings that the target refuses
     */
    List<Finding> admit(DatabaseDescriptor shape);

    /**
     * Lets the server read a backup's definitions and write them itself: an expression's text is not always what it was,
     * however it is restored. In an empty database beside this one, which is gone afterwards.
     *
     * @return numbers in the dump of rights, on what is in no dump, that were given there without any complaint. Empty, and
     *     nothing is written: the engine writes definitions as it read them
     */
    Optional<Set<Integer>> reread(Path schemaDump, DatabaseDescriptor shape, OutputStream out);

    /** Reads the database as it is now, the same way as a source. */
    Snapshot snapshot(SnapshotOptions options);

    /**
     * Asks what the data is like. Writes nothing, may be repeated, and works on a database that others use. Bad data and
     * questions that cannot be answered are results.
     *
     * @param each how long a check may take
     * @return a result for each, in the order of the checks; fails with {@code CANCELLED} alone
     */
    List<CheckResult> check(List<DataCheck> checks, Duration each);

    /**
     * Counts rows, of partitioned tables those of all parts. Writes nothing, and works on a database that others use.
     *
     * @param timeout for all of them
     * @return a table that is not there has 0; one that was not counted in time is not in it
     */
    Map<QualifiedName, Long> rowCounts(Collection<QualifiedName> tables, Duration timeout);

    /**
     * Runs scripts of the configuration in one session, in their order, each statement in a transaction of its own unless a
     * script begins one. Names need their schema. May be interrupted.
     *
     * @throws HoldfastException CONFIG_INVALID with the script's name if the database refuses a statement; what the server
     *     fails with; SOURCE_UNSUPPORTED if the engine runs no scripts
     */
    default void run(List<SqlScript> scripts) {
        throw HoldfastException.of(FailureCode.SOURCE_UNSUPPORTED, "this engine runs no scripts of the configuration");
    }

    /**
     * Removes what a change of rows leaves of the earlier rows: fills materialized views again, removes dead rows, and gathers
     * the planner's statistics of all tables.
     *
     * @param views in the order in which they are filled
     * @return the views that could not be filled; they keep the earlier rows
     */
    default List<Finding> forgetEarlierRows(List<QualifiedName> views) {
        throw HoldfastException.of(FailureCode.SOURCE_UNSUPPORTED, "this engine runs no scripts of the configuration");
    }

    /**
     * Installs what {@link DataCheck.Structure} needs, where the server has it and allows it. Changes the database's
     * definitions: only for a copy that is compared already and dropped afterwards.
     */
    default void installStructureCheck() {}

    /**
     * Damages the database on purpose. Only for a copy that is dropped afterwards.
     *
     * @param table whose rows are damaged
     * @return the name of the damaged object, as a comparison names it; empty: nothing here can be damaged so
     */
    default Optional<String> damage(Damage damage, QualifiedName table) {
        return Optional.empty();
    }

    @Override
    void close();
}
