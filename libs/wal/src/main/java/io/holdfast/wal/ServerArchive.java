package io.holdfast.wal;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.postgres.tools.ToolProcess;
import io.holdfast.wal.pieces.TarCutter;
import java.util.ArrayList;
import java.util.List;

/** A copy of a running server as a tar archive with PostgreSQL's manifest in it. */
interface ServerArchive {

    /** @throws HoldfastException TOOL_MISSING, TOOL_FAILED, SOURCE_* */
    void copy(TarCutter to);

    /** As pg_basebackup streams it. */
    static ServerArchive of(PostgresTools tools, BaseBackups.Server server) {
        return to -> run(tools, server, to, List.of("--pgdata=-"));
    }

    private static void run(PostgresTools tools, BaseBackups.Server server, TarCutter to, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--no-password",
                "--format=tar",
                "--wal-method=none",
                "--checkpoint=fast",
                "--manifest-checksums=SHA256",
                "--no-estimate-size",
                "--host=" + server.address().host(),
                "--port=" + server.address().port(),
                "--username=" + server.address().user()));
        arguments.addAll(more);
        ToolProcess tool = new ToolProcess(
                tools.program("pg_basebackup", server.major()),
                arguments,
                server.address(),
                server.password(),
                "holdfast/base-backup");
        ToolProcess.Ended ended = tool.run(to);
        if (ended.exit() != 0) {
            throw ReplicationErrors.typed("pg_basebackup", server.address(), ended);
        }
    }
}
