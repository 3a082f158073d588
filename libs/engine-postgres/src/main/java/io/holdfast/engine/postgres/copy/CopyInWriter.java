package io.holdfast.engine.postgres.copy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.rows.RowSource;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Streams rows into a COPY and counts them. */
public final class CopyInWriter {
    private static final int BLOCK = 64 * 1024;

    private CopyInWriter() {}

    /** Answers how many rows the server took. */
    public static long all(Connection connection, String sql, RowSource source) throws SQLException, IOException {
        return all(List.of(connection), sql, source);
    }

    /** Rows go to the connections in turn. A failure of one ends all. */
    public static long all(List<Connection> connections, String sql, RowSource source)
            throws SQLException, IOException {
        List<CopyIn> copies = new ArrayList<>();
        try (InputStream in = source.open()) {
            for (Connection connection : connections) {
                copies.add(begin(connection, sql));
            }
            write(in, copies);
            long rows = 0;
            for (CopyIn copy : copies) {
                rows += copy.endCopy();
            }
            return rows;
        } catch (SQLException | IOException | RuntimeException e) {
            if (!endsAll(e)) {
                cancel(connections, copies, e);
            }
            throw e;
        }
    }

    /** A line feed always ends a row, so the next one may go elsewhere. */
    private static void write(InputStream in, List<CopyIn> copies) throws SQLException, IOException {
        byte[] block = new byte[BLOCK];
        int turn = 0;
        for (int length = in.read(block); length >= 0; length = in.read(block)) {
            int whole = copies.size() == 1 ? 0 : lastLineFeed(block, length) + 1;
            if (whole > 0) {
                copies.get(turn).writeToCopy(block, 0, whole);
                turn = (turn + 1) % copies.size();
            }
            if (length > whole) {
                copies.get(turn).writeToCopy(block, whole, length - whole);
            }
        }
    }

    private static int lastLineFeed(byte[] block, int length) {
        int at = length - 1;
        while (at >= 0 && block[at] != '\n') {
            at--;
        }
        return at;
    }

    /** Whether the connections are given up, or are being: nothing more is to be said on them. */
    private static boolean endsAll(Exception cause) {
        return Thread.currentThread().isInterrupted()
                || (cause instanceof SQLException e
                        && (SqlErrorTranslator.connectionLost(e) || SqlErrorTranslator.concernsAll(e)));
    }

    /** Not on a connection that is gone: the driver would ask it for ever whether the COPY has ended, and keep each answer. */
    private static void cancel(List<Connection> connections, List<CopyIn> copies, Exception cause) {
        for (int i = 0; i < copies.size(); i++) {
            try {
                if (copies.get(i).isActive() && !connections.get(i).isClosed()) {
                    copies.get(i).cancelCopy();
                }
            } catch (SQLException e) {
                cause.addSuppressed(e);
            }
        }
    }

    public static CopyIn begin(Connection connection, String sql) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    }

    public static void checkCount(QualifiedName table, long expected, long loaded) {
        if (loaded != expected) {
            throw HoldfastException.about(
                    table.toString(),
                    FailureCode.TARGET_LOAD_FAILED,
                    "loading " + table + ": " + loaded + " rows came where the backup says " + expected
                            + "; the rows given are not the table's, nothing of it was kept");
        }
    }
}
