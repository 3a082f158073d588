package io.holdfast.engine.sqlite.rows;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.rows.TableReadResult;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads a table in the order in which it is stored, and hashes each row's line on the way. */
public final class TableReader {
    private static final Hasher128 XXH3 = Hashing.xxh3_128();

    /** So many columns tell in one integer which of them are texts. */
    private static final int FLAGS = 62;

    private static final int LOOK_EVERY = 1024;

    /** A result has 2000 columns at most, and a table has as many beside its rowid: of a wide one each result is a slice. */
    private static final int AT_ONCE = 1900;

    private final RowEncoder line = new RowEncoder();
    private final List<Slice> slices = new ArrayList<>();
    private final long[] texts = new long[AT_ONCE / FLAGS + 1];

    /** Some columns of all rows. */
    private record Slice(int columns, ResultSet rows) {}

    private TableReader() {}

    public static TableReadResult read(Connection connection, TableReadRange part, RowSink sink)
            throws SQLException, IOException, InterruptedException {
        TableReader reader = new TableReader();
        try {
            reader.open(connection, part);
            return reader.run(part, sink);
        } finally {
            for (Slice slice : reader.slices) {
                slice.rows.getStatement().close();
            }
        }
    }

    private void open(Connection connection, TableReadRange part) throws SQLException {
        List<String> columns = part.table().columns();
        for (int from = 0; from < columns.size(); from += AT_ONCE) {
            List<String> some = columns.subList(from, Math.min(columns.size(), from + AT_ONCE));
            ResultSet rows = connection.createStatement().executeQuery(sql(some, part.relation()));
            slices.add(new Slice(some.size(), rows));
        }
    }

    /**
     * A text is asked for as bytes: as characters it would lose what is not valid. After the columns come integers whose
     * bits say which of the bytes are texts. No index may be read in place of the table: its order is another one.
     */
    private static String sql(List<String> columns, QualifiedName table) {
        StringBuilder sql = new StringBuilder("SELECT ");
        for (String column : columns) {
            String quoted = QualifiedName.quote(column);
            sql.append("CASE typeof(" + quoted + ") WHEN 'text' THEN CAST(" + quoted + " AS BLOB) ELSE " + quoted
                    + " END, ");
        }
        for (int i = 0; i < columns.size(); i++) {
            sql.append(i % FLAGS == 0 ? (i == 0 ? "" : ", ") : " | ");
            sql.append("((typeof(" + QualifiedName.quote(columns.get(i)) + ") = 'text') << " + i % FLAGS + ")");
        }
        return sql.append(" FROM ").append(table.sql()).append(" NOT INDEXED").toString();
    }

    private TableReadResult run(TableReadRange part, RowSink sink)
            throws SQLException, IOException, InterruptedException {
        long rows = 0;
        long bytes = 0;
        long high = 0;
        long low = 0;
        while (next()) {
            encode();
            HashValue128 hash = XXH3.hashBytesTo128Bits(line.buffer(), 0, line.length());
            long added = hash.getLeastSignificantBits();
            low += added;
            high += hash.getMostSignificantBits() + (Long.compareUnsigned(low, added) < 0 ? 1 : 0);
            rows++;
            bytes += line.length();
            sink.row(line.buffer(), 0, line.length(), added);
            if (rows % LOOK_EVERY == 0 && Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return new TableReadResult(part, new Fingerprint(rows, high, low), bytes);
    }

    /** All slices are of the same rows in the same order: nobody writes to the file. */
    private boolean next() throws SQLException {
        boolean more = false;
        for (Slice slice : slices) {
            more = slice.rows.next();
        }
        return more;
    }

    private void encode() throws SQLException {
        line.begin();
        for (Slice slice : slices) {
            encode(slice.rows, slice.columns);
        }
        line.end();
    }

    private void encode(ResultSet row, int columns) throws SQLException {
        for (int i = 0; i * FLAGS < columns; i++) {
            texts[i] = row.getLong(columns + 1 + i);
        }
        for (int i = 0; i < columns; i++) {
            boolean text = (texts[i / FLAGS] >>> (i % FLAGS) & 1) == 1;
            switch (row.getObject(i + 1)) {
                case null -> line.nothing();
                case byte[] bytes when text -> line.text(bytes);
                case byte[] bytes -> line.blob(bytes);
                case Double real -> line.real(real);
                case Number integer -> line.integer(integer.longValue());
                case Object other -> throw new IllegalStateException("no storage class: " + other.getClass());
            }
        }
    }
}
