package io.holdfast.engine.d1.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.d1.client.D1Batch;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.d1.client.D1Rows;
import io.holdfast.engine.d1.read.Definitions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Statements that write, in batches that are one transaction each. A batch counts itself in the table of what is incomplete, so
 * that after a lost answer it is known whether it was run. It runs only while that table names its own load and the batch before it:
 * the count violates a CHECK otherwise, and the transaction is undone. So the batches of a worker that was paused while another one
 * took over change nothing.
 */
final class LoadBatches {
    private static final int MOST_STATEMENTS = 50;
    private static final int MOST_BYTES = 3_000_000;
    private static final int TRIES = 5;

    private final D1Client client;
    private final List<String> statements = new ArrayList<>();
    private int bytes;
    private int number;
    private String load = "''";

    LoadBatches(D1Client client) {
        this.client = client;
    }

    /**
     * Takes the database over from any other load.
     *
     * @param restore what is loaded, for whoever finds it incomplete
     */
    void begin(String restore) {
        load = "'" + restore.replace("'", "''") + "'";
        client.write(new D1Batch(List.of(
                "DROP TABLE IF EXISTS " + Definitions.INCOMPLETE,
                "CREATE TABLE " + Definitions.INCOMPLETE + " (restore TEXT, batch INTEGER CHECK (batch >= 0))",
                "INSERT INTO " + Definitions.INCOMPLETE + " VALUES (" + load + ", 0)")));
    }

    void add(String sql) {
        int length = sql.getBytes(StandardCharsets.UTF_8).length;
        if (statements.size() == MOST_STATEMENTS || bytes + length > MOST_BYTES) {
            flush();
        }
        statements.add(sql);
        bytes += length;
    }

    /** These in one transaction, apart from others. */
    void together(List<String> sql) {
        flush();
        statements.addAll(sql);
        flush();
    }

    void flush() {
        if (statements.isEmpty()) {
            return;
        }
        number++;
        statements.add(counted(number));
        D1Batch batch = new D1Batch(statements);
        for (int tried = 1; ; tried++) {
            try {
                client.write(batch);
                break;
            } catch (HoldfastException e) {
                if (e.code() != FailureCode.SOURCE_UNREACHABLE || tried == TRIES) {
                    throw e;
                }
                client.pauseBefore(tried);
                if (written() == number) {
                    break;
                }
            }
        }
        statements.clear();
        bytes = 0;
    }

    boolean isMarked() {
        return isMarked(client);
    }

    /** Nothing was written; does nothing if another load has begun. */
    void abandon() {
        try {
            client.write(new D1Batch(List.of(counted(number + 1), "DROP TABLE " + Definitions.INCOMPLETE)));
        } catch (HoldfastException e) {
            // the caller reports the earlier failure; the next load replaces the mark
        }
    }

    /** The database is complete. */
    void end() {
        try {
            client.write(new D1Batch(List.of(counted(number + 1), "DROP TABLE " + Definitions.INCOMPLETE)));
        } catch (HoldfastException e) {
            if (e.code() != FailureCode.SOURCE_UNREACHABLE || isMarked(client)) {
                throw e;
            }
        }
    }

    /** Whether the database says that it is not complete. */
    static boolean isMarked(D1Client client) {
        return client.read(new D1Batch(
                        List.of("SELECT name FROM sqlite_schema WHERE name = '" + Definitions.INCOMPLETE + "'")))
                .rows(0)
                .next();
    }

    private String counted(int batch) {
        return "UPDATE " + Definitions.INCOMPLETE + " SET batch = CASE WHEN restore = " + load + " AND batch = "
                + (batch - 1) + " THEN " + batch + " ELSE -1 END";
    }

    private long written() {
        D1Rows rows = client.read(new D1Batch(List.of("SELECT 'i' || batch FROM " + Definitions.INCOMPLETE)))
                .rows(0);
        return rows.next() ? Long.parseLong(rows.text().substring(1)) : -1;
    }
}
