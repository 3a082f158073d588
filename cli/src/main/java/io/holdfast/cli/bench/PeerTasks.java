package io.holdfast.cli.bench;

import io.holdfast.engine.connect.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Other backup programs at the same database, each with compression and encryption as Holdfast's vault has: pgBackRest
 * copies the files of the whole server, restic stores a plain dump in chunks. The first run of each has an empty repository.
 */
final class PeerTasks {
    private static final String NEEDED = "bench"; // both encrypt with a passphrase; nothing here is secret

    private final ProcessRunner programs;
    private final DatabaseAddress source;
    private final Path data;
    private final Path backRest;
    private final Path restic;
    private final int jobs;

    /**
     * Creates the tasks.
     *
     * @param data directory of the server, which is on this machine
     * @param password of the server
     * @param folder for the repositories
     */
    PeerTasks(DatabaseAddress source, String password, Path data, Path folder, int jobs) {
        this.source = source;
        this.data = data;
        this.backRest = folder.resolve("pgbackrest");
        this.restic = folder.resolve("restic");
        this.jobs = jobs;
        this.programs = new ProcessRunner(
                Map.of(
                        "PGPASSWORD",
                        password,
                        "PGHOST",
                        source.host(),
                        "RESTIC_PASSWORD",
                        NEEDED,
                        "RESTIC_REPOSITORY",
                        restic.toString(),
                        "PGBACKREST_REPO1_CIPHER_PASS",
                        NEEDED),
                folder);
    }

    static boolean hasBackRest() {
        return ProcessRunner.installed("pgbackrest");
    }

    static boolean hasRestic() {
        return ProcessRunner.installed("restic");
    }

    /** Empties the repositories. */
    void begin() throws IOException, InterruptedException {
        DumpFolder.delete(backRest);
        DumpFolder.delete(restic);
        if (hasBackRest()) {
            Files.createDirectories(backRest);
            pgBackRest("stanza-create");
        }
        if (hasRestic()) {
            programs.run(List.of("restic", "--quiet", "init"));
        }
    }

    /** @param type {@code full} or {@code incr} */
    void backRest(String type) throws IOException, InterruptedException {
        pgBackRest(
                "--type=" + type,
                "--start-fast",
                "--no-archive-check",
                "--compress-type=zst",
                "--compress-level=3",
                "--process-max=" + jobs,
                "backup");
    }

    /** A plain dump, whose unchanged parts are found again. */
    void restic() throws IOException, InterruptedException {
        programs.pipe(
                List.of(
                        List.of("pg_dump", "--no-password", "-d", source.toString()),
                        List.of("restic", "--quiet", "backup", "--stdin", "--stdin-filename", "dump.sql")),
                Files.createTempFile(restic, "output", ".txt"));
    }

    long backRestBytes() throws IOException {
        return DumpFolder.size(backRest);
    }

    long resticBytes() throws IOException {
        return DumpFolder.size(restic);
    }

    private void pgBackRest(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "pgbackrest",
                "--no-config",
                "--stanza=bench",
                "--repo1-path=" + backRest.resolve("repository"),
                "--repo1-cipher-type=aes-256-cbc",
                "--log-path=" + backRest,
                "--lock-path=" + backRest,
                "--log-level-file=off",
                "--log-level-console=off",
                "--log-level-stderr=error",
                "--pg1-path=" + data,
                "--pg1-port=" + source.port(),
                "--pg1-user=" + source.user(),
                "--pg1-database=" + source.database()));
        command.addAll(List.of(arguments));
        programs.run(command);
    }
}
