package io.holdfast.engine.postgres.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import io.holdfast.engine.postgres.tools.ToolProcess;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Runs pg_dump of the schema, in a snapshot whose session holds no lock on a table. pg_dump takes its own locks and releases
 * them, so that it never waits behind a session that waits for Holdfast.
 */
final class SchemaDumper {
    private static final Pattern GONE = Pattern.compile(
            "(relation|schema|function|type|table) .* does not exist|could not open relation|cache lookup failed");

    private final Path program;
    private final ConnectionFactory dumper;
    private final ScopeFilter scopeFilter;

    SchemaDumper(Path program, ConnectionFactory dumper, ScopeFilter scopeFilter) {
        this.program = program;
        this.dumper = dumper;
        this.scopeFilter = scopeFilter;
    }

    /** Ends as pg_dump cannot lock the tables at the moment, and may later. */
    static final class LockMissing extends Exception {
        private static final long serialVersionUID = 1L;

        LockMissing(String message) {
            super(message);
        }
    }

    /** Ends as pg_dump found an object of its snapshot gone. */
    static final class ObjectGone extends Exception {
        private static final long serialVersionUID = 1L;

        ObjectGone(String message) {
            super(message);
        }
    }

    /** @param connection without a transaction; exports the snapshot meanwhile */
    SchemaDump dump(Connection connection, LockContention contention, SnapshotLeader.Phases phases)
            throws SQLException, LockMissing, ObjectGone {
        Path file = SchemaDump.temporary();
        boolean written = false;
        try {
            int tables = SnapshotLeader.list(connection, scopeFilter).size();
            Sql.run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            String snapshot = Sql.one(connection, "SELECT pg_catalog.pg_export_snapshot()", row -> Sql.text(row, 1));
            DefinitionDigest definitions = DefinitionDigest.read(connection, scopeFilter);
            phases.exported();
            List<Finding> findings = write(file, snapshot, contention.brief(tables));
            written = true;
            return new SchemaDump(file, findings, definitions);
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.TOOL_FAILED, "the schema could not be written to " + file, e);
        } finally {
            if (!written) {
                SchemaDump.delete(file);
            }
            // also after a failure: the next attempt, or the reason for this one, needs the session
            Sql.run(connection, "ROLLBACK");
        }
    }

    private List<Finding> write(Path file, String snapshot, long lockMillis)
            throws IOException, SQLException, LockMissing, ObjectGone {
        List<String> arguments = new ArrayList<>(List.of(
                "--schema-only",
                "--create",
                "--format=custom",
                "--encoding=UTF8",
                "--snapshot=" + snapshot,
                "--lock-wait-timeout=" + lockMillis));
        arguments.addAll(scopeFilter.dumpOptions());
        arguments.addAll(ToolProcess.connection(dumper.address));
        // defaults of columns are printed in the session's time zone: two servers must print them alike
        ToolProcess run = new ToolProcess(program, arguments, dumper.address, dumper.password, dumper.applicationName)
                .inTimeZone("UTC");
        ToolProcess.Ended ended;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            ended = run.run(new DumpTimestampEraser(out));
        }
        String errors = ended.errors();
        if (ended.exit() == 0) {
            return ended.warnings().stream()
                    .map(warning -> new Finding(Finding.Kind.TOOL_WARNING, dumper.address.database(), warning))
                    .toList();
        }
        // pg_dump bounds the wait for locks by statement_timeout, and has no other limit
        if (errors.contains("lock timeout")
                || errors.contains("statement timeout")
                || errors.contains("deadlock detected")) {
            throw new LockMissing(errors);
        }
        if (GONE.matcher(errors).find()) {
            throw new ObjectGone(errors);
        }
        if (errors.contains("out of shared memory")) {
            throw new SQLException(errors, SqlErrorTranslator.OUT_OF_MEMORY);
        }
        throw failure(errors);
    }

    private HoldfastException failure(String errors) {
        FailureCode code = FailureCode.TOOL_FAILED;
        String advice = "";
        if (errors.contains("server version mismatch")) {
            code = FailureCode.TOOL_TOO_OLD;
        } else if (errors.contains(SqlErrorTranslator.RECOVERY) && dumper.connectionRole == ConnectionRole.SOURCE) {
            code = FailureCode.SOURCE_STANDBY_CONFLICT;
            advice = SqlErrorTranslator.STANDBY;
        } else if (SqlErrorTranslator.full(errors)) {
            code = dumper.connectionRole.unreachable;
            advice = SqlErrorTranslator.FULL;
        } else if (errors.contains("permission denied")) {
            code = dumper.connectionRole.permission;
        } else if (errors.contains("server closed the connection")
                || errors.contains("terminating connection")
                || errors.contains("invalid snapshot identifier")
                || errors.contains("could not import the requested snapshot")) {
            code = dumper.connectionRole.lost;
        }
        return HoldfastException.of(
                code, "pg_dump of the schema of " + dumper.address.shown() + " failed: " + errors + advice);
    }
}
