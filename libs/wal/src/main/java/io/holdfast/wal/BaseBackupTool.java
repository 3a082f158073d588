package io.holdfast.wal;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.postgres.tools.ToolProcess;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** pg_basebackup, writing tar archives of one server. */
final class BaseBackupTool {
    private final PostgresTools tools;
    private final BaseBackups.Server server;

    BaseBackupTool(PostgresTools tools, BaseBackups.Server server) {
        this.tools = tools;
        this.server = server;
    }

    /**
     * Writes one archive, with the manifest.
     *
     * @throws HoldfastException TOOL_MISSING, TOOL_FAILED, SOURCE_*
     */
    void stream(OutputStream to) {
        check(process("-", List.of()).run(to));
    }

    /**
     * A process that creates a directory and writes {@code base.tar}, {@code <oid>.tar} and the manifest into it. It ends with
     * this process: without a reader, a pipe would block it, and the server's session would stay open.
     */
    ToolProcess into(Path directory) {
        return process(directory.toString(), List.of("--no-sync", "--no-clean")).supervised();
    }

    void check(ToolProcess.Ended ended) {
        if (ended.exit() != 0) {
            throw ReplicationErrors.typed("pg_basebackup", server.address(), ended);
        }
    }

    private ToolProcess process(String target, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--no-password",
                "--pgdata=" + target,
                "--format=tar",
                "--wal-method=none",
                "--checkpoint=fast",
                "--manifest-checksums=SHA256",
                "--no-estimate-size",
                "--host=" + server.address().host(),
                "--port=" + server.address().port(),
                "--username=" + server.address().user()));
        arguments.addAll(more);
        return new ToolProcess(
                tools.program("pg_basebackup", server.major()),
                arguments,
                server.address(),
                server.password(),
                "holdfast/base-backup");
    }
}
