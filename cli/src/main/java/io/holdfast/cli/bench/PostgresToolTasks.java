package io.holdfast.cli.bench;

import io.holdfast.engine.connect.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL's own tools on the same database, each at its best setting for this machine. */
final class PostgresToolTasks {
    private static final String NO_PASSWORD = "--no-password";

    private final ProcessRunner programs;
    private final ProcessRunner targetPrograms;
    private final DatabaseAddress source;
    private final Path folder;
    private final int jobs;

    /**
     * Creates the tasks. The programs ask for no password: one that the environment lacks is a failure.
     *
     * @param programs with the password of the source in their environment
     * @param targetPrograms with the password of the server that the copies are restored to
     */
    PostgresToolTasks(
            ProcessRunner programs, ProcessRunner targetPrograms, DatabaseAddress source, Path folder, int jobs) {
        this.programs = programs;
        this.targetPrograms = targetPrograms;
        this.source = source;
        this.folder = folder;
        this.jobs = jobs;
    }

    /** The limit: every reader takes its share of each table, and nobody looks at what arrives. */
    void rawRead(List<BenchDatabase.Relation> relations) throws IOException, InterruptedException {
        List<List<String>> commands = new ArrayList<>();
        for (int reader = 0; reader < jobs; reader++) {
            Path script = folder.resolve("raw-" + reader + ".sql");
            List<String> lines = new ArrayList<>();
            for (BenchDatabase.Relation relation : relations) {
                lines.add(share(relation, reader));
            }
            Files.write(script, lines);
            commands.add(List.of(
                    "psql",
                    NO_PASSWORD,
                    "-X",
                    "-q",
                    "-v",
                    "ON_ERROR_STOP=1",
                    "-f",
                    script.toString(),
                    source.toString()));
        }
        programs.together(commands);
    }

    private String share(BenchDatabase.Relation relation, int reader) {
        long from = relation.pages() * reader / jobs;
        long to = relation.pages() * (reader + 1) / jobs;
        String upTo = reader == jobs - 1 ? "" : " AND ctid < '(" + to + ",0)'";
        return "COPY (SELECT * FROM ONLY " + relation.sql() + " WHERE ctid >= '(" + from + ",0)'" + upTo
                + ") TO STDOUT;";
    }

    /** Its default: gzip at level 6, one process. */
    long dumpCustom() throws IOException, InterruptedException {
        Path file = folder.resolve("custom.dump");
        programs.run(List.of("pg_dump", NO_PASSWORD, "-Fc", "-f", file.toString(), "-d", source.toString()));
        return Files.size(file);
    }

    long dumpZstd() throws IOException, InterruptedException {
        Path file = folder.resolve("custom.dump.zst");
        programs.pipe(
                List.of(
                        List.of("pg_dump", NO_PASSWORD, "-Fc", "-Z0", "-d", source.toString()),
                        List.of("zstd", "-3", "-T0", "-q", "-c")),
                file);
        return Files.size(file);
    }

    long dumpDirectory() throws IOException, InterruptedException {
        Path dump = directory();
        DumpFolder.delete(dump);
        programs.run(List.of(
                "pg_dump",
                NO_PASSWORD,
                "-Fd",
                "-j",
                Integer.toString(jobs),
                "-Z1",
                "-f",
                dump.toString(),
                "-d",
                source.toString()));
        return DumpFolder.size(dump);
    }

    /** Into an empty database that is there, with the statistics without which nobody would use it. */
    void restore(DatabaseAddress target) throws IOException, InterruptedException {
        targetPrograms.run(List.of(
                "pg_restore",
                NO_PASSWORD,
                "-j",
                Integer.toString(jobs),
                "--exit-on-error",
                "-d",
                target.toString(),
                directory().toString()));
        targetPrograms.run(List.of(
                "vacuumdb",
                NO_PASSWORD,
                "--analyze-only",
                "-q",
                "-j",
                Integer.toString(jobs),
                "-d",
                target.toString()));
    }

    private Path directory() {
        return folder.resolve("directory.dump");
    }
}
