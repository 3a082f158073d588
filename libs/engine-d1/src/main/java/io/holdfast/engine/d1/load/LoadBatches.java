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
 * that after a lost answer it is known whether it was run.
 */
final class LoadBatches {
    private static final int MOST_STATEMENTS = 50;
    private static final int MOST_BYTES = 3_000_000;
    private static final int TRIES = 5;

    private final D1Client client;
    private final List<String> statements = new ArrayList<>();
    private int bytes;
    private int number;

    LoadBatches(D1Client client) {
        this.client = client;
    }

    /** @param restore what is loaded, for whoever finds it incomplete */
    void begin(String restore) {
        String name = "'" + restore.replace("'", "''") + "'";
        client.write(new D1Batch(List.of(
                "CREATE TABLE IF NOT EXISTS " + Definitions.INCOMPLETE + " (restore TEXT, batch INTEGER)",
                "DELETE FROM " + Definitions.INCOMPLETE,
                "INSERT INTO " + Definitions.INCOMPLETE + " VALUES (" + name + ", 0)")));
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
        statements.add("UPDATE " + Definitions.INCOMPLETE + " SET batch = " + number);
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

    /** The database is complete. */
    void end() {
        client.write(new D1Batch(List.of("DROP TABLE IF EXISTS " + Definitions.INCOMPLETE)));
    }

    private long written() {
        D1Rows rows = client.read(new D1Batch(List.of("SELECT 'i' || batch FROM " + Definitions.INCOMPLETE)))
                .rows(0);
        return rows.next() ? Long.parseLong(rows.text().substring(1)) : -1;
    }
}
