package io.holdfast.engine.postgres.copy;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.catalog.LargeObjectQueries;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.rows.BlockRange;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.engine.support.RateLimit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Reads one part by COPY and hashes each line on the way. The driver makes one array a row; nothing is added to it. */
public final class CopyOutReader {
    private static final Hasher128 XXH3 = Hashing.xxh3_128();

    private final RateLimit limit;
    private final boolean directObjects;

    /** @param directObjects whether large objects are read from their catalog */
    public CopyOutReader(RateLimit limit, boolean directObjects) {
        this.limit = limit;
        this.directObjects = directObjects;
    }

    public TableReadResult read(Connection connection, TableReadRange part, RowSink sink)
            throws SQLException, IOException, InterruptedException {
        return part.table().columns().isEmpty() ? count(connection, part) : copy(connection, part, sink);
    }

    private String sql(TableReadRange part) {
        return switch (part.table().kind()) {
            case LARGE_OBJECTS -> "COPY (" + LargeObjectQueries.pages(directObjects) + ") TO STDOUT";
            case LARGE_OBJECT_METADATA ->
                "COPY (" + LargeObjectQueries.metadata(directObjects, part.table()) + ") TO STDOUT";
            case TABLE, UNLOGGED, PARTITION, TREE, EXTENSION -> tableSql(part);
        };
    }

    /** The commands that read tables, by an example: rows that other commands read may have another text or order. */
    public static List<String> commands() {
        QualifiedName name = new QualifiedName("schema", "name");
        TableDescriptor table = new TableDescriptor(
                name, List.of("a", "b"), TableDescriptor.Kind.TABLE, null, List.of(), true, 0, 0, null);
        return List.of(
                tableSql(new TableReadRange(table, name, null)),
                tableSql(new TableReadRange(table, name, new BlockRange(1, 2))),
                tableSql(new TableReadRange(table, name, new BlockRange(2, BlockRange.OPEN))));
    }

    static String tableSql(TableReadRange part) {
        String columns = Sql.columns(part.table().columns());
        String relation = part.relation().sql();
        BlockRange blocks = part.blocks();
        String condition = part.table().condition();
        if (condition != null && !condition.isBlank()) {
            return "COPY (SELECT " + columns + " FROM ONLY " + relation + " " + condition + ") TO STDOUT";
        }
        if (blocks == null) {
            return "COPY " + relation + " (" + columns + ") TO STDOUT";
        }
        String upTo = blocks.open() ? "" : " AND ctid < '(" + blocks.end() + ",0)'";
        return "COPY (SELECT " + columns + " FROM ONLY " + relation + " WHERE ctid >= '(" + blocks.first() + ",0)'"
                + upTo + ") TO STDOUT";
    }

    private TableReadResult copy(Connection connection, TableReadRange part, RowSink sink)
            throws SQLException, IOException, InterruptedException {
        CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql(part));
        long rows = 0;
        long bytes = 0;
        long untaken = 0;
        long high = 0;
        long low = 0;
        for (byte[] line = copy.readFromCopy(); line != null; line = copy.readFromCopy()) {
            HashValue128 hash = XXH3.hashBytesTo128Bits(line, 0, line.length);
            long added = hash.getLeastSignificantBits();
            low += added;
            high += hash.getMostSignificantBits() + (Long.compareUnsigned(low, added) < 0 ? 1 : 0);
            rows++;
            bytes += line.length;
            untaken += line.length;
            sink.row(line, 0, line.length, added);
            if (untaken >= RateLimit.STEP) {
                take(untaken);
                untaken = 0;
            }
        }
        take(untaken);
        if (copy.getHandledRowCount() != rows) {
            throw HoldfastException.about(
                    part.relation().toString(),
                    FailureCode.SOURCE_CONNECTION_LOST,
                    "the server sent " + copy.getHandledRowCount() + " rows of " + part.relation() + ", " + rows
                            + " arrived; what stands between here and the server must not change its messages");
        }
        return new TableReadResult(part, new Fingerprint(rows, high, low), bytes);
    }

    private void take(long bytes) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        limit.take(bytes);
    }

    /** Rows without a column of their own are all alike: as many empty lines as there are rows. */
    private static TableReadResult count(Connection connection, TableReadRange part) throws SQLException {
        long rows = Sql.one(
                connection, "SELECT count(*) FROM ONLY " + part.relation().sql(), row -> row.getLong(1));
        return new TableReadResult(part, repeated(rows), 0);
    }

    static Fingerprint repeated(long rows) {
        HashValue128 empty = XXH3.hashBytesTo128Bits("\n".getBytes(StandardCharsets.US_ASCII));
        long low = empty.getLeastSignificantBits();
        long high = Math.unsignedMultiplyHigh(low, rows) + empty.getMostSignificantBits() * rows;
        return new Fingerprint(rows, high, low * rows);
    }
}
