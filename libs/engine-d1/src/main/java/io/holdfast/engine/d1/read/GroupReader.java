package io.holdfast.engine.d1.read;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.d1.client.D1Answer;
import io.holdfast.engine.d1.client.D1Batch;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.sqlite.SqliteReplica;
import java.util.ArrayList;
import java.util.List;

/** Reads tables: the first pages of all of them in one request, and then the rest of each. */
final class GroupReader {
    private final D1Client client;
    private final PageLimit limit;
    private final ValueReader values;
    private final boolean incomplete;

    /** @param inOneTransaction whether one request gave all rows, and the definitions that they are of */
    record Read(boolean inOneTransaction) {}

    /** @param incomplete whether a database may be read into which a restore has not ended */
    GroupReader(D1Client client, PageLimit limit, boolean incomplete) {
        this.incomplete = incomplete;
        this.client = client;
        this.limit = limit;
        this.values = new ValueReader(client);
    }

    /** Fails with SOURCE_CHANGED if the definitions are not these any more. */
    Read read(List<SqliteReplica.Table> tables, List<SqliteReplica.Definition> definitions, SqliteReplica replica) {
        List<TableCursor> cursors = tables.stream().map(TableCursor::new).toList();
        long each = limit.bytes() / Math.max(1, tables.size());
        D1Answer answer;
        try {
            answer = client.read(batch(cursors, each));
        } catch (HoldfastException e) {
            if (e.code() != FailureCode.SOURCE_VALUE_TOO_LARGE || tables.isEmpty()) {
                throw e;
            }
            refuseOthers(client.read(new D1Batch(List.of(Definitions.SQL))), definitions);
            cursors.forEach(cursor -> oneByOne(cursor, replica));
            return new Read(false);
        }
        limit.take(answer.size());
        refuseOthers(answer, definitions);
        return new Read(rows(cursors, answer, each, replica));
    }

    /** @return whether the first pages were all rows */
    private boolean rows(List<TableCursor> cursors, D1Answer answer, long each, SqliteReplica replica) {
        boolean all = true;
        int first = 1;
        for (TableCursor cursor : cursors) {
            int statements = cursor.statements(each).size();
            replica.begin(cursor.table());
            all &= take(cursor, answer, first, replica) && cursor.ended();
            first += statements;
            rest(cursor, replica);
            replica.end();
        }
        return all;
    }

    private void refuseOthers(D1Answer answer, List<SqliteReplica.Definition> definitions) {
        Definitions.Found found = Definitions.of(answer.rows(0));
        if (found.incomplete() && !incomplete) {
            throw Definitions.incomplete(client);
        }
        if (!found.definitions().equals(definitions)) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_CHANGED, client.shown() + ": its definitions changed while it was read");
        }
    }

    private static D1Batch batch(List<TableCursor> cursors, long each) {
        List<String> statements = new ArrayList<>(List.of(Definitions.SQL));
        cursors.forEach(cursor -> statements.addAll(cursor.statements(each)));
        return new D1Batch(statements);
    }

    private void oneByOne(TableCursor cursor, SqliteReplica replica) {
        replica.begin(cursor.table());
        rest(cursor, replica);
        replica.end();
    }

    private void rest(TableCursor cursor, SqliteReplica replica) {
        while (!cursor.ended()) {
            try {
                D1Answer answer = client.read(new D1Batch(cursor.statements(limit.bytes())));
                limit.take(answer.size());
                take(cursor, answer, 0, replica);
            } catch (HoldfastException e) {
                if (e.code() != FailureCode.SOURCE_VALUE_TOO_LARGE || !cursor.shrink()) {
                    throw e;
                }
            }
        }
    }

    /** @return whether the page was enough */
    private boolean take(TableCursor cursor, D1Answer answer, int first, SqliteReplica replica) {
        return values.write(cursor.take(answer, first, replica), replica) == 0;
    }
}
