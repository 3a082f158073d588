package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Password;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs pg_restore on one section of a schema dump. */
final class SchemaLoader {
    private static final Set<String> PRIVILEGED = Set.of("EVENT TRIGGER", "FOREIGN DATA WRAPPER", "PUBLICATION");

    private final Path program;
    private final Connections owner;
    private final LoadOptions options;
    private final Set<ToolRun> running = ConcurrentHashMap.newKeySet();

    SchemaLoader(Path program, Connections owner, LoadOptions options) {
        this.program = program;
        this.owner = owner;
        this.options = options;
    }

    void load(Path dump, String section, int jobs) {
        Path list = contents(dump);
        try {
            List<String> arguments = new ArrayList<>(
                    List.of("--section=" + section, "--exit-on-error", "--jobs=" + jobs, "--use-list=" + list));
            arguments.addAll(ownership(options));
            arguments.addAll(ToolRun.connection(owner.address));
            arguments.add(dump.toString());
            ToolRun run = new ToolRun(program, arguments, owner.address, owner.password, owner.applicationName);
            ToolRun.Ended ended = run(run, OutputStream.nullOutputStream());
            if (ended.exit() != 0) {
                throw failure(section, ended.errors());
            }
        } finally {
            list.toFile().delete();
        }
    }

    static List<String> ownership(LoadOptions options) {
        List<String> arguments = new ArrayList<>(List.of("--no-tablespaces"));
        if (!options.owners()) {
            arguments.add("--no-owner");
        }
        if (!options.privileges()) {
            arguments.add("--no-privileges");
        }
        return arguments;
    }

    /** The dump's table of contents without the schema that every new database has. */
    private Path contents(Path dump) {
        ByteArrayOutputStream listed = new ByteArrayOutputStream();
        ToolRun run =
                new ToolRun(program, List.of("--list", dump.toString()), null, Password.none(), owner.applicationName);
        ToolRun.Ended ended = run(run, listed);
        if (ended.exit() != 0) {
            throw failure("list", ended.errors());
        }
        List<String> entries = listed.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.matches("\\d+; \\d+ \\d+ SCHEMA - public .*"))
                .toList();
        try {
            return Files.write(Files.createTempFile("holdfast-toc", ""), entries);
        } catch (IOException e) {
            throw Failure.of(FailureCode.TOOL_FAILED, "cannot write a temporary file for pg_restore: " + e, e);
        }
    }

    /** Roles that own what only a superuser may come to own. */
    Set<String> privilegedOwners(Path dump, String section) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ToolRun run = new ToolRun(
                program,
                List.of("--section=" + section, "--file=-", dump.toString()),
                null,
                Password.none(),
                owner.applicationName);
        ToolRun.Ended ended = run(run, text);
        if (ended.exit() != 0) {
            throw failure(section, ended.errors());
        }
        return SchemaText.owners(text.toString(StandardCharsets.UTF_8), PRIVILEGED);
    }

    private ToolRun.Ended run(ToolRun run, OutputStream out) {
        running.add(run);
        try {
            return run.run(out);
        } finally {
            running.remove(run);
        }
    }

    void cancel() {
        running.forEach(ToolRun::cancel);
    }

    private Failure failure(String section, String errors) {
        FailureCode code = FailureCode.TARGET_LOAD_FAILED;
        // a write that the disk cut short says "wrote only", and the hint about it is not among the errors
        if (errors.contains("No space left on device")
                || errors.contains("could not extend file")
                || errors.contains("wrote only")) {
            code = FailureCode.TARGET_DISK_FULL;
        } else if (errors.contains("out of shared memory") || errors.contains("out of memory")) {
            code = FailureCode.TARGET_UNSUITABLE; // the server's limits, not what is restored
        } else if (errors.contains("server closed the connection") || errors.contains("terminating connection")) {
            code = FailureCode.TARGET_CONNECTION_LOST;
        } else if (errors.contains("permission denied")
                || errors.contains("must be owner")
                || errors.contains("must be superuser")
                || errors.contains("must be able to SET ROLE")) {
            code = FailureCode.TARGET_PERMISSION_DENIED;
        }
        return Failure.of(
                code,
                "pg_restore of the schema (" + section + ") into " + owner.address.shown() + " failed: " + errors
                        + "; drop the database and restore again once that is put right");
    }
}
