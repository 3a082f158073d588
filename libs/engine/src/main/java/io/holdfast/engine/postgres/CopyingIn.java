package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.RowSource;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Streams rows into a COPY and counts them. */
final class CopyingIn {
    private static final int BLOCK = 64 * 1024;

    private CopyingIn() {}

    /** Answers how many rows the server took. */
    static long all(Connection connection, String sql, RowSource source) throws SQLException, IOException {
        CopyIn copy = begin(connection, sql);
        byte[] block = new byte[BLOCK];
        try (InputStream in = source.open()) {
            for (int length = in.read(block); length >= 0; length = in.read(block)) {
                copy.writeToCopy(block, 0, length);
            }
        } catch (IOException | RuntimeException e) {
            copy.cancelCopy();
            throw e;
        }
        return copy.endCopy();
    }

    static CopyIn begin(Connection connection, String sql) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    }

    static void checkCount(QualifiedName table, long expected, long loaded) {
        if (loaded != expected) {
            throw Failure.about(
                    table.toString(),
                    FailureCode.TARGET_LOAD_FAILED,
                    "loading " + table + ": " + loaded + " rows came where the backup says " + expected
                            + "; the rows given are not the table's, nothing of it was kept");
        }
    }
}
