package io.holdfast.engine.d1.read;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.d1.client.D1Answer;
import io.holdfast.engine.d1.client.D1Batch;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.d1.client.D1Rows;
import io.holdfast.engine.sqlite.SqliteReplica;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Asks for the bytes of single values, many in one request. */
final class ValueReader {
    /** As hexadecimal digits less than a value of D1 may have. */
    private static final int PIECE = 900_000;

    private static final int MOST_STATEMENTS = 50;
    private static final long MOST_BYTES = 4_000_000;

    private final D1Client client;
    private final List<Piece> waiting = new ArrayList<>();
    private long bytes;

    /** @param into the part of a value that is asked for */
    private record Piece(ByteBuffer into, String sql, String table) {}

    ValueReader(D1Client client) {
        this.client = client;
    }

    /** Completes and writes rows of the table that the replica has begun. @return how many requests that took */
    int write(List<IncompleteRow> rows, SqliteReplica replica) {
        int requests = 0;
        List<IncompleteRow> open = new ArrayList<>();
        for (IncompleteRow row : rows) {
            for (IncompleteRow.Value value : row.values()) {
                requests += want(row, value);
            }
            open.add(row);
            if (waiting.isEmpty() || open.size() == MOST_STATEMENTS) {
                requests += ask();
                open.forEach(complete -> replica.insert(complete.row()));
                open.clear();
            }
        }
        requests += ask();
        open.forEach(complete -> replica.insert(complete.row()));
        return requests;
    }

    private int want(IncompleteRow row, IncompleteRow.Value value) {
        int requests = 0;
        byte[] content = new byte[value.bytes()];
        if (value.text()) {
            row.row().text(value.column(), content);
        } else {
            row.row().blob(value.column(), content);
        }
        PageQuery query = new PageQuery(row.table());
        String column = row.table().columns().get(value.column());
        for (int from = 0; from < content.length; from += PIECE) {
            int length = Math.min(PIECE, content.length - from);
            if (waiting.size() == MOST_STATEMENTS || bytes + length > MOST_BYTES) {
                requests += ask();
            }
            String sql = query.piece(column, row.position(), from + 1L, length);
            waiting.add(new Piece(
                    ByteBuffer.wrap(content, from, length), sql, row.table().name()));
            bytes += length;
        }
        return requests;
    }

    private int ask() {
        if (waiting.isEmpty()) {
            return 0;
        }
        D1Answer answer =
                client.read(new D1Batch(waiting.stream().map(Piece::sql).toList()));
        for (int i = 0; i < waiting.size(); i++) {
            Piece piece = waiting.get(i);
            D1Rows rows = answer.rows(i);
            byte[] part = rows.next() ? HexFormat.of().parseHex(rows.text()) : new byte[0];
            if (part.length != piece.into().remaining()) {
                throw HoldfastException.about(
                        piece.table(),
                        FailureCode.SOURCE_CHANGED,
                        "a row of table \"" + piece.table() + "\" changed while it was read");
            }
            piece.into().put(part);
        }
        waiting.clear();
        bytes = 0;
        return 1;
    }
}
