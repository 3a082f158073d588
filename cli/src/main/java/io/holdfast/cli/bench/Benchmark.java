package io.holdfast.cli.bench;

import io.holdfast.cli.local.LocalFolders;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets everything up, goes through the rounds, reports, and leaves nothing but the report. */
public final class Benchmark {
    private static final String NAME = "bench";

    private final CommandOutput output;
    private final double scale;
    private final int warmUp;
    private final int rounds;
    private final int readers;

    /**
     * @param scale 1 is about 1 GB as text
     * @param warmUp backups of ours, see {@link BenchmarkRounds#warmUp}, after the cold round, before those that count
     * @param rounds that count; a cold one goes before them
     */
    public Benchmark(CommandOutput output, double scale, int warmUp, int rounds, int readers) {
        this.output = output;
        this.scale = scale;
        this.warmUp = warmUp;
        this.rounds = rounds;
        this.readers = readers;
    }

    /**
     * Measures.
     *
     * @param url the database to measure, or null for one that is made; it is only read
     * @param password of that database's user; empty if it needs none
     * @param file where the figures go as JSON
     */
    public void run(@Nullable String url, String password, Path file) throws Exception {
        Path folder = LocalFolders.passable(Files.createTempDirectory("holdfast-bench-"));
        try (BenchmarkEnvironment benchmarkEnvironment = new BenchmarkEnvironment(folder)) {
            StackAddresses.Postgres server = benchmarkEnvironment.postgres();
            DatabaseAddress target = DatabaseAddress.parse(server.uri(server.superuser(), server.database()));
            BenchDatabase copies = new BenchDatabase(target, server.password());
            DatabaseAddress source = target.withDatabase(NAME);
            String secret = server.password();
            BenchDatabase measured = copies;
            if (url == null) {
                output.note("making a database of " + scale + " GB");
                copies.create(NAME);
                copies.fill(NAME, scale);
            } else {
                source = DatabaseAddress.parse(url);
                secret = password;
                measured = new BenchDatabase(source, secret);
            }
            PostgresToolTasks postgresToolTasks = new PostgresToolTasks(
                    new ProcessRunner(Map.of("PGPASSWORD", secret), folder),
                    new ProcessRunner(Map.of("PGPASSWORD", server.password()), folder),
                    source,
                    folder,
                    readers);
            BenchmarkRounds all = new BenchmarkRounds(
                    benchmarkEnvironment,
                    copies,
                    postgresToolTasks,
                    new HoldfastTasks(source, password(secret), readers),
                    measured.relations(source.database()),
                    target,
                    password(server.password()),
                    output);
            all.run(0);
            all.warmUp(warmUp);
            for (int i = 1; i <= rounds; i++) {
                all.run(i);
            }
            report(all, file);
        }
    }

    private static PasswordSupplier password(String secret) {
        return PasswordSupplier.from(() -> secret);
    }

    private void report(BenchmarkRounds all, Path file) throws IOException {
        BenchmarkReport report = new BenchmarkReport(
                all.samples,
                all.sizes,
                peakResidentBytes(),
                warmUp,
                Runtime.getRuntime().availableProcessors());
        report.show(output);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, report.document().toPrettyString() + "\n");
        output.document(report.document());
        output.note("figures in " + file);
    }

    /** The most memory this process ever had, as Linux counts it; 0 elsewhere. */
    private static long peakResidentBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
    }
}
