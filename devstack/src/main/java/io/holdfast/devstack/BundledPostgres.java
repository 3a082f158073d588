package io.holdfast.devstack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** A PostgreSQL server that the build brings along, for machines without one. Unpacked once into a cache folder. */
final class BundledPostgres {
    private BundledPostgres() {}

    /** The folder of its programs. */
    static Path unpacked() throws IOException {
        String archive = archive();
        Path home = cache().resolve(archive.replace(".txz", ""));
        if (!Files.exists(home)) {
            Files.createDirectories(home.getParent());
            Path part = Files.createTempDirectory(home.getParent(), "part-");
            unpack(archive, part);
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
            publish(part, home);
        }
        return home.resolve("bin");
    }

    private static String archive() {
        String os = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return "postgres-" + os + "-" + (machine.equals("aarch64") ? "arm_64" : "x86_64") + ".txz";
    }

    /** Root's own cache may be closed to the user that PostgreSQL runs as. */
    private static Path cache() {
        if ("root".equals(System.getProperty("user.name"))) {
            return Path.of("/var/cache/holdfast");
        }
        String told = System.getenv("XDG_CACHE_HOME");
        Path caches =
                told == null || told.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(told);
        return caches.resolve("holdfast");
    }

    private static void unpack(String archive, Path folder) throws IOException {
        try (InputStream packed = BundledPostgres.class.getResourceAsStream("/" + archive)) {
            if (packed == null) {
                throw new IOException(
                        "no PostgreSQL server was found, and none is bundled for this machine; install one"
                                + " (Debian and Ubuntu: apt install postgresql; macOS: brew install postgresql) or set"
                                + " HOLDFAST_PG_BIN");
            }
            var tar = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)));
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                write(entry, tar, folder);
            }
        }
    }

    private static void write(TarArchiveEntry entry, InputStream content, Path folder) throws IOException {
        Path path = folder.resolve(entry.getName()).normalize();
        if (!path.startsWith(folder)) {
            throw new IOException("the bundled archive names a path outside of itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, path);
        boolean executable = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    /** Another process may have been faster; its result is as good. */
    private static void publish(Path part, Path home) throws IOException {
        try {
            Files.move(part, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.exists(home)) {
                throw e;
            }
        }
    }
}
