package io.holdfast.engine.postgres.tools;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.PasswordSupplier;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's programs on this machine. The smallest major version that suits is chosen. */
public final class PostgresTools {
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final Map<Path, Integer> MAJORS = new ConcurrentHashMap<>();

    private final List<Path> directories;

    PostgresTools(List<Path> directories) {
        this.directories = directories;
    }

    /** Looks in {@code configured} only, if given; else in the usual places and {@code PATH}. */
    public static PostgresTools find(@Nullable Path configured) {
        return new PostgresTools(configured == null ? usual() : List.of(configured));
    }

    /** The program for a server of this major version; fails with {@code TOOL_MISSING} or {@code TOOL_TOO_OLD}. */
    public Path program(String name, int serverMajor) {
        return programs(name, serverMajor).getFirst();
    }

    /** All that suit, the smallest first; never none. */
    private List<Path> programs(String name, int serverMajor) {
        List<Found> all = installed(name);
        if (all.isEmpty()) {
            throw HoldfastException.about(
                    name,
                    FailureCode.TOOL_MISSING,
                    name + " was not found in " + shown()
                            + "; install PostgreSQL's client tools, version " + serverMajor
                            + " or later (Debian: apt install postgresql-client-" + serverMajor
                            + ", Alpine: apk add postgresql" + serverMajor + "-client, macOS: brew install libpq)");
        }
        List<Path> suiting = all.stream()
                .filter(found -> found.major >= serverMajor)
                .sorted(Comparator.comparingInt(Found::major))
                .map(Found::path)
                .toList();
        if (suiting.isEmpty()) {
            throw tooOld(name, serverMajor, all);
        }
        return suiting;
    }

    /**
     * The pg_restore for a server of this major version: the smallest that can read the dump, which a later pg_dump may have
     * written. Fails as {@link #program} does.
     */
    public Path restoring(Path dump, int serverMajor) {
        return programs("pg_restore", serverMajor).stream()
                .filter(program -> reads(program, dump))
                .findFirst()
                .orElseThrow(() -> HoldfastException.about(
                        "pg_restore",
                        FailureCode.TOOL_TOO_OLD,
                        "the backup's definitions were written by a later pg_dump than every pg_restore here can read;"
                                + " install PostgreSQL's client tools in the version of the machine that backs up"));
    }

    /** Tests whether the program can read the dump. */
    private static boolean reads(Path program, Path dump) {
        ToolProcess run =
                new ToolProcess(program, List.of("--list", dump.toString()), null, PasswordSupplier.none(), "holdfast");
        return run.run(OutputStream.nullOutputStream()).errorLines().stream()
                .noneMatch(line -> line.contains("unsupported version"));
    }

    /** The newest one, which reads every dump an older one wrote. */
    public Path newest(String name) {
        return installed(name).stream()
                .max(Comparator.comparingInt(Found::major))
                .map(Found::path)
                .orElseGet(() -> program(name, 0));
    }

    /** The directory of a server's programs, of the smallest major version not below the given one. */
    public Optional<Path> serverDirectory(int atLeastMajor) {
        return installed("postgres").stream()
                .filter(found -> found.major >= atLeastMajor && Files.isExecutable(found.path.resolveSibling("initdb")))
                .min(Comparator.comparingInt(Found::major))
                .map(found -> found.path.toAbsolutePath().getParent());
    }

    private static HoldfastException tooOld(String name, int serverMajor, List<Found> all) {
        int newest = all.stream().mapToInt(Found::major).max().orElse(0);
        return HoldfastException.about(
                name,
                FailureCode.TOOL_TOO_OLD,
                "the server is PostgreSQL " + serverMajor
                        + ", the newest " + name + " here is " + newest + " and cannot read it; install PostgreSQL "
                        + serverMajor + "'s client tools (Debian: apt install postgresql-client-" + serverMajor + ")");
    }

    private List<Found> installed(String name) {
        List<Found> found = new ArrayList<>();
        for (Path directory : directories) {
            Path path = directory.resolve(name);
            if (Files.isRegularFile(path) && Files.isExecutable(path)) {
                int major = major(path);
                if (major > 0) {
                    found.add(new Found(path, major));
                }
            }
        }
        return found;
    }

    private String shown() {
        return directories.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    private static List<Path> usual() {
        Set<Path> places = new LinkedHashSet<>();
        for (String parent : List.of("/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt", "/usr/libexec")) {
            try (Stream<Path> versions = Files.list(Path.of(parent))) {
                versions.filter(path -> path.toString().matches(".*/(\\d+|(postgresql|libpq)(@?\\d+)?)"))
                        .map(path -> path.resolve("bin"))
                        .filter(Files::isDirectory)
                        .forEach(places::add);
            } catch (IOException e) {
                // that place does not exist here
            }
        }
        String path = System.getenv("PATH");
        for (String entry : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            if (!entry.isEmpty()) {
                places.add(Path.of(entry));
            }
        }
        return List.copyOf(places);
    }

    /** The program's major version; 0 if it does not start or does not say one, which is asked again the next time. */
    public static int major(Path program) {
        Integer known = MAJORS.get(program);
        if (known != null) {
            return known;
        }
        int major = askedMajor(program);
        if (major > 0) {
            MAJORS.put(program, major);
        }
        return major;
    }

    private static int askedMajor(Path program) {
        try {
            Process process = started(program);
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
            process.waitFor(10, TimeUnit.SECONDS);
            process.destroyForcibly();
            Matcher version = VERSION.matcher(said);
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "looking for PostgreSQL's programs was cancelled", e);
        }
    }

    /** A file that is just being installed is open for writing and cannot be run (ETXTBSY): tried for half a second. */
    private static Process started(Path program) throws IOException, InterruptedException {
        ProcessBuilder asking = ChildEnvironment.of(new ProcessBuilder(program.toString(), "--version"))
                .redirectErrorStream(true);
        for (int tries = 0; tries < 10; tries++) {
            try {
                return asking.start();
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("Text file busy")) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
        return asking.start();
    }

    private record Found(Path path, int major) {}
}
