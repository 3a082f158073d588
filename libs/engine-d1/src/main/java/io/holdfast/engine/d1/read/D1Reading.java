package io.holdfast.engine.d1.read;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.d1.client.D1Batch;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.sqlite.SqliteReplica;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a database into a replica, so that all its rows are of one instant. A database of less than a page is read in one
 * transaction. Of a larger one the bookmark is taken before and after: if it is the same, nothing was written meanwhile. If it
 * moved, the tables are read again that were not read wholly under the newest bookmark, at most {@value #ROUNDS} times.
 */
public final class D1Reading implements AutoCloseable {
    static final int ROUNDS = 5;

    /** Tables whose first pages share one request. */
    private static final int TOGETHER = 30;

    private final D1Client client;
    private final BackupScope scope;
    private final GroupReader reader;
    private final InstantSource clock;

    /** By table, the bookmark before and after it was read. */
    private final Map<String, String> stable = new HashMap<>();

    /** Tables that the newest bookmark does not cover. */
    private final List<String> unsettled = new ArrayList<>();

    private List<SqliteReplica.Definition> definitions = List.of();
    private @Nullable SqliteReplica replica;
    private Instant at = Instant.MIN;

    /**
     * What was read.
     *
     * @param at when the database was as the replica is
     * @param changed tables that were written to while they were read; empty: all rows are of one instant
     */
    public record Result(SqliteReplica replica, Instant at, List<String> changed) {}

    /** Refuses a database into which a restore has not ended, with SOURCE_LOCK_TIMEOUT. */
    public static D1Reading ofSource(D1Client client, BackupScope scope, PageLimit limit, InstantSource clock) {
        return new D1Reading(client, scope, limit, clock, false);
    }

    /** Reads also a database into which a restore has not ended. */
    public static D1Reading ofTarget(D1Client client, BackupScope scope, PageLimit limit, InstantSource clock) {
        return new D1Reading(client, scope, limit, clock, true);
    }

    private D1Reading(D1Client client, BackupScope scope, PageLimit limit, InstantSource clock, boolean incomplete) {
        this.client = client;
        this.scope = scope;
        this.reader = new GroupReader(client, limit, incomplete);
        this.clock = clock;
    }

    /**
     * Reads everything. The replica is the caller's.
     *
     * @param perTable whether a result that is not of one instant is one, too
     * @throws HoldfastException as {@link D1Client}; SOURCE_CHANGED if the database changed during every round
     */
    public Result read(boolean perTable) {
        HoldfastException change = null;
        for (int round = 1; round <= ROUNDS; round++) {
            try {
                if (round()) {
                    return result(List.of());
                }
                change = null;
            } catch (HoldfastException e) {
                if (e.code() != FailureCode.SOURCE_CHANGED) {
                    throw e;
                }
                change = e;
                close(); // its definitions may be others now
            }
        }
        if (perTable && change == null) {
            at = clock.instant();
            return result(List.copyOf(unsettled));
        }
        throw changed(change);
    }

    private Result result(List<String> changed) {
        SqliteReplica made = made();
        replica = null;
        return new Result(made, at, changed);
    }

    private SqliteReplica made() {
        if (replica == null) {
            throw new IllegalStateException("nothing was read");
        }
        return replica;
    }

    private HoldfastException changed(@Nullable HoldfastException change) {
        String message = client.shown() + ": it was written to during each of " + ROUNDS
                + " attempts to read it, so that no backup of one instant came about; choose a quieter time for the"
                + " schedule, exclude busy tables (scope.exclude.table-data), or allow d1.consistency: per-table";
        return change == null
                ? HoldfastException.of(FailureCode.SOURCE_CHANGED, message)
                : HoldfastException.of(FailureCode.SOURCE_CHANGED, message + " (" + change.getMessage() + ")", change);
    }

    /** @return whether all rows are of one instant */
    private boolean round() {
        String mark = bookmarkIfAny();
        if (replica == null) {
            define();
        }
        List<SqliteReplica.Table> left = left(mark);
        unsettled.clear();
        Instant asked = clock.instant();
        for (int from = 0; from == 0 || from < left.size(); from += TOGETHER) {
            List<SqliteReplica.Table> group = left.subList(from, Math.min(left.size(), from + TOGETHER));
            GroupReader.Read read = reader.read(group, definitions, made());
            if (read.inOneTransaction() && group.size() == made().tables().size()) {
                at = asked;
                return true;
            }
            group.forEach(table -> stable.remove(table.name()));
            Instant before = clock.instant();
            String now = client.bookmark();
            settle(group, mark, now);
            mark = now;
            at = before;
        }
        keepUnsettled(mark);
        return unsettled.isEmpty();
    }

    private void keepUnsettled(String newest) {
        made().tables().stream()
                .map(SqliteReplica.Table::name)
                .filter(name -> !newest.equals(stable.get(name)))
                .forEach(unsettled::add);
    }

    /** A database without Time Travel can still be read in one request. */
    private String bookmarkIfAny() {
        try {
            return client.bookmark();
        } catch (HoldfastException e) {
            if (e.code() != FailureCode.SOURCE_UNSUPPORTED) {
                throw e;
            }
            return "";
        }
    }

    private void settle(List<SqliteReplica.Table> group, String before, String after) {
        if (before.equals(after)) {
            group.forEach(table -> stable.put(table.name(), after));
        }
    }

    /** Reads the definitions only; fails as {@link #read} does. */
    public static List<SqliteReplica.Definition> definitions(D1Client client) {
        return Definitions.of(client.read(new D1Batch(List.of(Definitions.SQL))).rows(0))
                .definitions();
    }

    private void define() {
        definitions = definitions(client);
        replica = SqliteReplica.create(client.shown().replaceFirst("^D1 database ", ""), definitions, scope);
        stable.clear();
    }

    /** Those to be read; if there are any, also SQLite's own, which it writes whenever others are loaded. */
    private List<SqliteReplica.Table> left(String mark) {
        List<SqliteReplica.Table> left = made().tables().stream()
                .filter(table -> !mark.equals(stable.get(table.name())))
                .toList();
        return left.isEmpty()
                ? left
                : made().tables().stream()
                        .filter(table -> table.ofSqlite() || left.contains(table))
                        .toList();
    }

    @Override
    public void close() {
        if (replica != null) {
            replica.close();
            replica = null;
        }
    }
}
