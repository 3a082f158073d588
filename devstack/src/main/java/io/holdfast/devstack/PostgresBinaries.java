package io.holdfast.devstack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** PostgreSQL server binaries: those of {@code HOLDFAST_PG_BIN}, else the system's newest, else bundled ones. */
final class PostgresBinaries {
    /** Folder and the pattern of what lies in it, before {@code bin}: Debian, Red Hat, Homebrew, Postgres.app, source. */
    private static final Map<String, String> PLACES = Map.of(
            "/usr/lib/postgresql", "[0-9]*",
            "/usr", "pgsql-[0-9]*",
            "/opt/homebrew/opt", "postgresql@*",
            "/usr/local/opt", "postgresql@*",
            "/Applications/Postgres.app/Contents/Versions", "[0-9]*",
            "/usr/local", "pgsql");

    private PostgresBinaries() {}

    static Path find() throws IOException {
        String told = System.getenv("HOLDFAST_PG_BIN");
        if (told != null && !told.isBlank()) {
            if (isComplete(Path.of(told))) {
                return Path.of(told);
            }
            throw new IOException("HOLDFAST_PG_BIN is " + told + ", which has no initdb and postgres");
        }
        List<Path> found = new ArrayList<>();
        for (Map.Entry<String, String> place : PLACES.entrySet()) {
            collect(Path.of(place.getKey()), place.getValue(), found);
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator, -1)) {
            if (!folder.isEmpty() && isComplete(Path.of(folder))) {
                found.add(Path.of(folder));
            }
        }
        Path newest = found.stream()
                .max(Comparator.comparingInt(PostgresBinaries::major))
                .orElse(null);
        return newest != null ? newest : BundledPostgres.unpacked();
    }

    private static void collect(Path place, String pattern, List<Path> found) throws IOException {
        if (!Files.isDirectory(place)) {
            return;
        }
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(place, pattern)) {
            for (Path version : versions) {
                if (isComplete(version.resolve("bin"))) {
                    found.add(version.resolve("bin"));
                }
            }
        }
    }

    private static boolean isComplete(Path bin) {
        return Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres"));
    }

    /** The major version from the folder's name; folders without one come last. */
    private static int major(Path bin) {
        Path folder = bin.getParent();
        String digits = folder == null || folder.getFileName() == null
                ? ""
                : folder.getFileName().toString().replaceAll("^\\D*(\\d+).*$|.*", "$1");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }
}
