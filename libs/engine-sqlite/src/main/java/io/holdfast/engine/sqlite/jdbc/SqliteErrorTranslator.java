package io.holdfast.engine.sqlite.jdbc;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite's result codes mean, for the side on which they arise. */
public final class SqliteErrorTranslator {
    private static final int PRIMARY = 0xff;

    private SqliteErrorTranslator() {}

    /** The primary result code: extended ones say more than we tell apart. */
    public static SQLiteErrorCode code(SQLException e) {
        return SQLiteErrorCode.getErrorCode(e.getErrorCode() & PRIMARY);
    }

    /** Whether the file has a transaction of a killed program to roll back. */
    public static boolean rollback(SQLException e) {
        return e instanceof SQLiteException exception
                ? exception.getResultCode() == SQLiteErrorCode.SQLITE_READONLY_ROLLBACK
                : e.getErrorCode() == SQLiteErrorCode.SQLITE_READONLY_ROLLBACK.code;
    }

    public static String said(SQLException e) {
        return String.valueOf(e.getMessage()).strip();
    }

    public static HoldfastException source(Path file, String doing, SQLException e) {
        String where = doing + " of " + file + ": ";
        return switch (code(e)) {
            case SQLITE_INTERRUPT ->
                HoldfastException.of(FailureCode.CANCELLED, doing + " of " + file + " was cancelled", e);
            case SQLITE_BUSY, SQLITE_LOCKED ->
                HoldfastException.of(
                        FailureCode.SOURCE_LOCK_TIMEOUT,
                        where + "another program holds a lock on it (" + said(e)
                                + "); end its transaction, or raise limits.lock-timeout",
                        e);
            case SQLITE_CORRUPT -> corrupt(file, said(e), e);
            case SQLITE_NOTADB ->
                HoldfastException.of(
                        FailureCode.SOURCE_UNSUPPORTED,
                        where + "it is not a SQLite database, or an encrypted one (" + said(e)
                                + "); name the database's own, unencrypted file",
                        e);
            case SQLITE_PERM, SQLITE_AUTH ->
                HoldfastException.of(
                        FailureCode.SOURCE_PERMISSION_DENIED, where + said(e) + "; let this user read it", e);
            case SQLITE_READONLY ->
                rollback(e)
                        ? HoldfastException.of(
                                FailureCode.SOURCE_UNREACHABLE,
                                where + "a program that was killed left a transaction to roll back (" + said(e)
                                        + "), and a backup writes nothing; open the database once with its application",
                                e)
                        : HoldfastException.of(
                                FailureCode.SOURCE_UNREACHABLE,
                                where + "the file cannot be read without writing to it (" + said(e)
                                        + "); open the database once with its application",
                                e);
            case SQLITE_CANTOPEN ->
                HoldfastException.of(
                        FailureCode.SOURCE_UNREACHABLE,
                        where + said(e) + "; let this user read the file, its directory and its -wal and -shm files",
                        e);
            case SQLITE_IOERR ->
                HoldfastException.of(FailureCode.SOURCE_UNREACHABLE, where + said(e) + "; look at its disk", e);
            case SQLITE_TOOBIG, SQLITE_NOMEM ->
                HoldfastException.of(
                        FailureCode.SOURCE_VALUE_TOO_LARGE, where + said(e) + "; make the value smaller", e);
            case SQLITE_FULL -> noRoom(e);
            default -> HoldfastException.of(FailureCode.INTERNAL, where + said(e), e);
        };
    }

    static HoldfastException corrupt(Path file, String how, Throwable cause) {
        return HoldfastException.of(FailureCode.SOURCE_CORRUPT, corruptMessage(file, how), cause);
    }

    public static String corruptMessage(Path file, String how) {
        return "the database " + file + " is damaged: " + how
                + "; restore its last proven backup into a new file, or save what the command .recover of sqlite3 finds";
    }

    public static HoldfastException noRoom(Exception e) {
        return HoldfastException.of(
                FailureCode.INTERNAL,
                "no room for the copy of a database in " + System.getProperty("java.io.tmpdir") + " (" + e.getMessage()
                        + "); free some, or name a larger directory with -Djava.io.tmpdir",
                e);
    }

    /** Of a private file, which holds staged rows. */
    public static HoldfastException stage(Path file, String doing, SQLException e) {
        return switch (code(e)) {
            case SQLITE_INTERRUPT -> HoldfastException.of(FailureCode.CANCELLED, doing + " was cancelled", e);
            case SQLITE_FULL -> noRoom(e);
            default ->
                HoldfastException.of(
                        FailureCode.INTERNAL,
                        doing + " in the private file " + file + ": " + said(e)
                                + "; is java.io.tmpdir cleaned by another program, or its disk broken?",
                        e);
        };
    }

    public static HoldfastException target(Path file, String doing, SQLException e) {
        String where = doing + " in " + file + ": " + said(e);
        return switch (code(e)) {
            case SQLITE_INTERRUPT ->
                HoldfastException.of(FailureCode.CANCELLED, doing + " in " + file + " was cancelled", e);
            case SQLITE_BUSY, SQLITE_LOCKED ->
                HoldfastException.of(FailureCode.TARGET_BUSY, where + "; end the program that uses it", e);
            case SQLITE_FULL -> HoldfastException.of(FailureCode.TARGET_DISK_FULL, where + "; free some room there", e);
            case SQLITE_PERM, SQLITE_AUTH, SQLITE_READONLY ->
                HoldfastException.of(FailureCode.TARGET_PERMISSION_DENIED, where + "; let this user write there", e);
            case SQLITE_CANTOPEN, SQLITE_IOERR ->
                HoldfastException.of(
                        FailureCode.TARGET_CONNECTION_LOST, where + "; is the file gone, or its disk broken?", e);
            case SQLITE_NOMEM -> HoldfastException.of(FailureCode.INTERNAL, where, e);
            default -> HoldfastException.of(FailureCode.TARGET_LOAD_FAILED, where, e);
        };
    }
}
