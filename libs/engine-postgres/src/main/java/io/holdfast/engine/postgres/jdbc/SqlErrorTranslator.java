package io.holdfast.engine.postgres.jdbc;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Turns the server's errors into typed failures that say what to do and hold no row's content. */
public final class SqlErrorTranslator {
    /** What a standby says when the replay would wait for us any longer, whatever of ours is in its way. */
    public static final String RECOVERY = "conflict with recovery";

    public static final String STANDBY =
            "; the source is a standby, and replaying what its primary did (VACUUM, DDL) could not wait"
                    + " any longer: set hot_standby_feedback = on there, raise max_standby_streaming_delay, or back up the primary";

    /** For a program, which needs a connection of its own. */
    public static final String FULL =
            "; it takes one connection besides those of the readers: raise the limit of the role, the database or the server,"
                    + " or lower the readers";

    /** SQLSTATE of a full lock table, and of other memory that the server lacks. */
    public static final String OUT_OF_MEMORY = "53200";

    private static final Pattern FUNCTION = Pattern.compile("(PL/\\w+|SQL) function ");

    private static final int ANSWER_SECONDS = 60;

    private SqlErrorTranslator() {}

    static HoldfastException connecting(ConnectionRole connectionRole, String where, String user, SQLException e) {
        String state = state(e);
        if (state.startsWith("28") || (state.equals("08004") && said(e).contains("password"))) {
            return HoldfastException.of(
                    connectionRole.authentication,
                    "cannot log in to " + where + " as \"" + user + "\" (" + said(e)
                            + "); check the user, the password and the server's pg_hba.conf",
                    e);
        }
        if (said(e).startsWith("conversion between")) {
            return HoldfastException.of(
                    connectionRole.unsupported(),
                    "the encoding of " + where + " cannot be read and written as UTF-8 (" + said(e)
                            + "): use a database with another encoding",
                    e);
        }
        String advice = switch (state) {
            case "3D000" -> "; check the database name in the URL";
            case "42501" -> "; grant CONNECT on the database to \"" + user + "\"";
            case "53300" ->
                said(e).contains("for role")
                        ? "; give the role a higher limit: ALTER ROLE " + QualifiedName.quote(user)
                                + " CONNECTION LIMIT"
                        : "; raise the server's max_connections or lower the readers";
            case "57P03", "55000" -> "; wait until the server accepts connections to it";
            default -> "; is the server up, and reachable from here?";
        };
        FailureCode code = state.equals("42501") ? connectionRole.permission : connectionRole.unreachable;
        return HoldfastException.of(code, "cannot connect to " + where + " (" + said(e) + network(e) + ")" + advice, e);
    }

    /** The error of the network or TLS, which the driver's own message leaves out. */
    private static String network(SQLException e) {
        Throwable cause = e.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause == null ? null : cause.getMessage();
        return message == null || said(e).contains(message) ? "" : ": " + message;
    }

    /** @param doing what was being done, as "reading public.users" */
    static HoldfastException during(
            ConnectionRole connectionRole, String doing, @Nullable String object, SQLException e) {
        String state = state(e);
        String said = said(e);
        if (said.contains(RECOVERY)) {
            return reason(
                    connectionRole == ConnectionRole.SOURCE ? FailureCode.SOURCE_STANDBY_CONFLICT : connectionRole.lost,
                    doing + ": " + said + STANDBY,
                    object,
                    e);
        }
        return switch (state) {
            case "57014" ->
                said.contains("statement timeout")
                        ? reason(
                                connectionRole.lost,
                                doing + ": the server ended the statement (" + said
                                        + "); let the role's statement_timeout be changed by a session",
                                object,
                                e)
                        : reason(FailureCode.CANCELLED, doing + " was cancelled", object, e);
            case "55P03" ->
                reason(
                        connectionRole.locked,
                        doing + ": a lock was not granted in time (" + said
                                + "); find who holds it with pg_blocking_pids, or run again later",
                        object,
                        e);
            case "55006" ->
                reason(connectionRole.locked, doing + ": " + said + "; end the sessions that use it", object, e);
            case "42501" ->
                reason(connectionRole.permission, doing + ": " + said + "; grant the missing right", object, e);
            case "53100" ->
                reason(
                        connectionRole == ConnectionRole.TARGET ? FailureCode.TARGET_DISK_FULL : connectionRole.other,
                        doing + ": the server's disk is full; free space and try again",
                        object,
                        e);
            case "53200" ->
                reason(
                        connectionRole == ConnectionRole.TARGET ? FailureCode.TARGET_UNSUITABLE : connectionRole.other,
                        doing + ": " + said + "; raise the server's max_locks_per_transaction or its memory",
                        object,
                        e);
            case "42P01", "42703", "3F000" -> changed(connectionRole, doing, object, e);
            default -> other(connectionRole, doing, object, e);
        };
    }

    private static HoldfastException changed(
            ConnectionRole connectionRole, String doing, @Nullable String object, SQLException e) {
        return connectionRole == ConnectionRole.SOURCE
                ? reason(
                        FailureCode.SOURCE_CHANGED,
                        doing + ": " + said(e) + "; it changed while it was read, run again",
                        object,
                        e)
                : reason(connectionRole.other, doing + " failed: " + said(e), object, e);
    }

    private static HoldfastException other(
            ConnectionRole connectionRole, String doing, @Nullable String object, SQLException e) {
        if (said(e).startsWith("could not open relation") || said(e).startsWith("cache lookup failed")) {
            return changed(connectionRole, doing, object, e);
        }
        if (connectionLost(e)) {
            return reason(
                    connectionRole.lost,
                    doing + ": the connection was lost (" + said(e) + "); see the server's log, then run again",
                    object,
                    e);
        }
        if (connectionRole == ConnectionRole.SOURCE && noText(e)) {
            return reason(
                    FailureCode.SOURCE_UNSUPPORTED,
                    doing + ": text holds bytes that mean nothing in the database's encoding, so that it has no UTF-8"
                            + " (SQLSTATE " + state(e)
                            + "); find the value (convert_to(column, 'UTF8') fails for it) and correct it",
                    object,
                    e);
        }
        if (tooLarge(e) && connectionRole == ConnectionRole.SOURCE) {
            return reason(
                    FailureCode.SOURCE_VALUE_TOO_LARGE,
                    doing + ": a row is too large for PostgreSQL's COPY (" + said(e)
                            + "), as it would be for pg_dump; make the value smaller",
                    object,
                    e);
        }
        return reason(connectionRole.other, doing + " failed: " + said(e) + " (SQLSTATE " + state(e) + ")", object, e);
    }

    /** Bytes that cannot be converted; their values are in the message, which is not told. */
    private static boolean noText(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
        String message = server == null ? null : server.getMessage();
        return message != null
                && (message.startsWith("character with byte sequence") || message.startsWith("invalid byte sequence"));
    }

    /** Whether it is the server's state, not what it was given: another attempt may end otherwise. */
    public static boolean ofTheServer(SQLException e) {
        String state = state(e);
        return state.isEmpty()
                || List.of("08", "25", "40", "53", "55", "57", "58", "F0").contains(state.substring(0, 2))
                || state.equals("XX001")
                || state.equals("XX002");
    }

    /** Asked of the connection itself: a function, or a foreign table, may have lost one of its own. */
    public static boolean connectionLost(Connection connection, SQLException e) throws SQLException {
        return connectionLost(e) && !connection.isValid(ANSWER_SECONDS);
    }

    /** Whether a program was given no connection because others have all that there may be. */
    public static boolean full(String errors) {
        return errors.contains("too many connections for")
                || errors.contains("too many clients already")
                || errors.contains("remaining connection slots");
    }

    /** Whether the server's room is used up, or somebody cancelled: no matter of what was just done. */
    public static boolean concernsAll(SQLException e) {
        return state(e).startsWith("53") || state(e).equals("57014");
    }

    /** Whether something was not ready, locked, or in the way of another transaction. */
    public static boolean mayPass(SQLException e) {
        return state(e).startsWith("55") || state(e).startsWith("40");
    }

    public static boolean connectionLost(SQLException e) {
        String state = state(e);
        return state.startsWith("08")
                || state.startsWith("57P")
                || state.equals("25P03")
                || state.equals("25P04")
                || state.isEmpty()
                || e.getCause() instanceof java.io.IOException;
    }

    static boolean tooLarge(SQLException e) {
        return state(e).equals("54000") || said(e).contains("invalid memory alloc request size");
    }

    /** Whether a table, column, function, schema or other object is not there. */
    public static boolean undefined(SQLException e) {
        return List.of("42P01", "42703", "42883", "42704", "3F000").contains(state(e));
    }

    public static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }

    /** The primary message only: details, contexts and messages about a value hold content of rows. */
    public static String said(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
        if (server == null) {
            String message = e.getMessage();
            return message == null ? "no reason given" : message;
        }
        String state = state(e);
        // what a function raises is its author's, under whatever state he chose
        boolean raised = "exec_stmt_raise".equals(server.getRoutine());
        if (raised || state.startsWith("22") || state.startsWith("23") || state.startsWith("P0")) {
            String constraint = server.getConstraint();
            return constraint == null ? "a value was refused, SQLSTATE " + state : "constraint " + constraint;
        }
        String message = server.getMessage();
        return (message == null ? "SQLSTATE " + state : message) + (undefined(e) ? running(server.getWhere()) : "");
    }

    /** The function whose body names what is not there, with the line; of the context no more, which may hold values. */
    private static String running(@Nullable String context) {
        return context == null
                ? ""
                : context.lines()
                        .filter(line -> FUNCTION.matcher(line).lookingAt())
                        .findFirst()
                        .map(line -> " in " + line)
                        .orElse("");
    }

    private static HoldfastException reason(
            FailureCode code, String message, @Nullable String object, Throwable cause) {
        return new HoldfastException(new FailureReason(code, message, object), cause);
    }
}
