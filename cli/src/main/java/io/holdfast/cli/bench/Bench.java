package io.holdfast.cli.bench;

import io.holdfast.cli.local.Folders;
import io.holdfast.cli.terminal.Output;
import io.holdfast.devstack.Addresses;
import io.holdfast.engine.DatabaseAddress;
import io.holdfast.engine.Password;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets everything up, goes through the rounds, reports, and leaves nothing but the report. */
public final class Bench {
    private static final String NAME = "bench";

    private final Output output;
    private final double scale;
    private final int warmUp;
    private final int rounds;
    private final int readers;

    /**
     * @param scale 1 is about 1 GB as text
     * @param warmUp backups of ours, see {@link Rounds#warmUp}, after the cold round, before those that count
     * @param rounds that count; a cold one goes before them
     */
    public Bench(Output output, double scale, int warmUp, int rounds, int readers) {
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
        Path folder = Folders.passable(Files.createTempDirectory("holdfast-bench-"));
        try (Setting setting = new Setting(folder)) {
            Addresses.Postgres server = setting.postgres();
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
            Peers peers = new Peers(new Programs(Map.of("PGPASSWORD", secret), folder), source, folder, readers);
            Rounds all = new Rounds(
                    setting,
                    copies,
                    peers,
                    new Ours(source, password(secret), readers),
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

    private static Password password(String secret) {
        return Password.from(() -> secret);
    }

    private void report(Rounds all, Path file) throws IOException {
        Report report = new Report(
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
