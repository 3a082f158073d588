package io.holdfast.devstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL data folder on disk, and the server process that its {@code postmaster.pid} names. */
final class PostgresDataDirectory {
    private PostgresDataDirectory() {}

    /**
     * The cluster's folder, owned by the user who runs it. PostgreSQL as another user must be able to reach it: below a
     * closed folder (a home of root) it lies in {@code /var/tmp} instead, with a link.
     */
    static Path folder(Path data, UnprivilegedUser user) throws IOException {
        Path home = data.resolve("postgres");
        if (user.root() && !Files.exists(home)) {
            if (isClosed(data)) {
                Files.createSymbolicLink(home, Files.createTempDirectory(Path.of("/var/tmp"), "holdfast-postgres-"));
            } else {
                Files.createDirectory(home);
            }
        }
        Path real = Files.createDirectories(home).toRealPath();
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwx------"));
        user.give(real);
        Path cluster = real.resolve("cluster");
        Files.createDirectories(cluster);
        Files.setPosixFilePermissions(cluster, PosixFilePermissions.fromString("rwx------"));
        user.give(cluster);
        return cluster;
    }

    /** Stops the server that still runs on this data, if one does; removes a pid file whose process is another's. */
    static void endLeftover(Path cluster) throws IOException, InterruptedException {
        Path pidFile = cluster.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        Optional<ProcessHandle> leftover = lines.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(lines.get(0).strip())).filter(p -> runsOn(p, cluster));
        for (String signal : List.of("INT", "QUIT", "KILL")) {
            if (leftover.isPresent() && leftover.get().isAlive()) {
                SystemPrograms.signal(leftover.get().pid(), signal);
                awaitEnd(leftover.get());
            }
        }
        Files.deleteIfExists(
                pidFile); // of a server that was killed, maybe naming a process id that is another's by now
    }

    private static boolean runsOn(ProcessHandle process, Path cluster) {
        return process.info()
                .commandLine()
                .map(line -> line.contains(cluster.toString()))
                .orElse(false);
    }

    private static void awaitEnd(ProcessHandle process) throws InterruptedException {
        for (int i = 0; i < 200 && process.isAlive(); i++) {
            TimeUnit.MILLISECONDS.sleep(25);
        }
    }

    private static boolean isClosed(Path data) throws IOException {
        for (Path folder = data.toRealPath(); folder != null; folder = folder.getParent()) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
            if (!permissions.containsAll(EnumSet.of(PosixFilePermission.OTHERS_EXECUTE))) {
                return true;
            }
        }
        return false;
    }
}
