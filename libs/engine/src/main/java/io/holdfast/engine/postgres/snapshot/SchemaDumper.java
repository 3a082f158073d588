package io.holdfast.engine.postgres.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import io.holdfast.engine.postgres.tools.ToolProcess;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** pg_dump of the schema, in the snapshot. */
final class SchemaDumper {
    private final Path program;
    private final ConnectionFactory dumper;
    private final ScopeFilter scopeFilter;
    private final String snapshot;
    private final Duration lockTimeout;
    private final Set<ToolProcess> running = ConcurrentHashMap.newKeySet();

    SchemaDumper(
            Path program, ConnectionFactory dumper, ScopeFilter scopeFilter, String snapshot, Duration lockTimeout) {
        this.program = program;
        this.dumper = dumper;
        this.scopeFilter = scopeFilter;
        this.snapshot = snapshot;
        this.lockTimeout = lockTimeout;
    }

    List<Finding> write(OutputStream out) {
        List<String> arguments = new ArrayList<>(List.of(
                "--schema-only",
                "--create",
                "--format=custom",
                "--encoding=UTF8",
                "--snapshot=" + snapshot,
                "--lock-wait-timeout=" + Math.max(1, lockTimeout.toMillis())));
        arguments.addAll(scopeFilter.dumpOptions());
        arguments.addAll(ToolProcess.connection(dumper.address));
        // defaults of columns are printed in the session's time zone: two servers must print them alike
        ToolProcess run = new ToolProcess(program, arguments, dumper.address, dumper.password, dumper.applicationName)
                .inTimeZone("UTC");
        running.add(run);
        try {
            ToolProcess.Ended ended = run.run(new DumpTimestampEraser(out));
            if (ended.exit() != 0) {
                throw failure(ended.errors());
            }
            return ended.warnings().stream()
                    .map(warning -> new Finding(Finding.Kind.TOOL_WARNING, dumper.address.database(), warning))
                    .toList();
        } finally {
            running.remove(run);
        }
    }

    void cancel() {
        running.forEach(ToolProcess::cancel);
    }

    private HoldfastException failure(String errors) {
        FailureCode code = FailureCode.TOOL_FAILED;
        String advice = "";
        if (errors.contains("server version mismatch")) {
            code = FailureCode.TOOL_TOO_OLD;
        } else if (errors.contains(SqlErrorTranslator.RECOVERY) && dumper.connectionRole == ConnectionRole.SOURCE) {
            code = FailureCode.SOURCE_STANDBY_CONFLICT;
            advice = SqlErrorTranslator.STANDBY;
        } else if (errors.contains("lock timeout") || errors.contains("statement timeout")) {
            // pg_dump takes any other limit off its statements: this one is how it bounds the wait for locks
            code = dumper.connectionRole.locked;
            advice = "; somebody's DDL waits for one of the tables: run again when it is done";
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
