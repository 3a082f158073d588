package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A database with every kind of object that PostgreSQL's documentation lists, in a cluster of its own, whose programs are
 * a copy so that an extension can be added; and the client programs, used as anybody uses them.
 */
final class Corpus {
    private static final Path INSTALLED = installed();

    private Corpus() {}

    private static Path installed() {
        return PostgresTools.find(null).serverDirectory(15).orElseThrow();
    }

    /** One that the server's user can read. */
    static Path directory() throws IOException {
        return Files.createTempDirectory(
                "corpus", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    /** Not what links lead to. */
    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** PostgreSQL finds its files beside its program: the program copied, the rest linked, an extension added. */
    static Path programs(Path directory) throws IOException, InterruptedException {
        Path bin = Files.createDirectories(directory.resolve(relative(INSTALLED)));
        for (String program : List.of("postgres", "initdb")) {
            Files.copy(INSTALLED.resolve(program), bin.resolve(program));
        }
        for (String program : List.of("pg_dump", "pg_restore", "psql")) {
            Files.createSymbolicLink(bin.resolve(program), INSTALLED.resolve(program));
        }
        Path libraries =
                Path.of(run(INSTALLED.resolve("pg_config"), "--pkglibdir").strip());
        Files.createSymbolicLink(
                Files.createDirectories(directory.resolve(relative(libraries)).getParent())
                        .resolve(libraries.getFileName()),
                libraries);
        Path shared = Path.of(run(INSTALLED.resolve("pg_config"), "--sharedir").strip());
        Path share = Files.createDirectories(directory.resolve(relative(shared)));
        link(shared, share);
        Path extensions = Files.createDirectory(share.resolve("extension"));
        link(shared.resolve("extension"), extensions);
        for (Path file : resources("extension")) {
            Files.copy(file, extensions.resolve(file.getFileName()));
        }
        return bin;
    }

    private static Path relative(Path absolute) {
        return absolute.getRoot().relativize(absolute);
    }

    private static void link(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(file -> !file.endsWith("extension")).toList()) {
                Files.createSymbolicLink(to.resolve(file.getFileName()), file);
            }
        }
    }

    static ScratchCluster cluster(Path programs, Path directory) {
        return ScratchCluster.start(new ScratchOptions(directory, 15, List.of(), programs));
    }

    /** Fills the database by psql, theme after theme. */
    static void fill(DatabaseAddress database) throws IOException, InterruptedException {
        for (Path file : resources("corpus")) {
            run(
                    INSTALLED.resolve("psql"),
                    "-XqAt",
                    "--set=ON_ERROR_STOP=1",
                    "--set=SUPER=" + database.user(),
                    "--file=" + file,
                    url(database));
        }
    }

    static String schema(DatabaseAddress database, String... how) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--schema-only", "--dbname=" + url(database)));
        arguments.addAll(List.of(how));
        return run(INSTALLED.resolve("pg_dump"), arguments.toArray(String[]::new))
                .replaceAll("(?m)^\\\\(un)?restrict .*$", "");
    }

    /** What everybody does: the second copy that ours is held against. */
    static void dumpAndRestore(DatabaseAddress from, DatabaseAddress to, Path file)
            throws IOException, InterruptedException {
        run(INSTALLED.resolve("pg_dump"), "--format=custom", "--file=" + file, "--dbname=" + url(from));
        run(INSTALLED.resolve("pg_restore"), "--exit-on-error", "--dbname=" + url(to), file.toString());
    }

    private static String url(DatabaseAddress address) {
        return "host=" + address.host() + " port=" + address.port() + " user=" + address.user() + " dbname="
                + address.database();
    }

    private static List<Path> resources(String folder) throws IOException {
        URL url = Objects.requireNonNull(Corpus.class.getResource("/" + folder));
        try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
            return files.sorted().toList();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static String run(Path program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile("corpus", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        builder.environment().put("PGCLIENTENCODING", "UTF8");
        builder.environment().put("PGTZ", "UTC");
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(() -> command + ": " + read(errors)).isZero();
        Files.delete(errors);
        return said;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file)
                    .lines()
                    .filter(line -> !line.contains("NOTICE"))
                    .limit(10)
                    .toList()
                    .toString();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
