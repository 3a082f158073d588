package io.holdfast.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.local.LocalFolders;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets everything up, goes through the rounds, reports, and leaves nothing but the report. */
public final class Benchmark {
    private static final String NAME = "bench";

    private final CommandOutput output;
    private final BenchmarkRun run;

    /** @param output takes progress and the report */
    public Benchmark(CommandOutput output, BenchmarkRun run) {
        this.output = output;
        this.run = run;
    }

    /**
     * Measures a database of the user's; it is only read.
     *
     * @param password of the URL's user; empty if it needs none
     * @param file where the figures go as JSON
     */
    public void measure(String url, String password, Path file) throws Exception {
        BenchmarkReport report = withEnvironment((environment, copies, target) -> {
            DatabaseAddress source = DatabaseAddress.parse(url);
            return rounds(environment, copies, target, source, password, null);
        });
        report.show(output);
        write(report.document(), file);
    }

    /**
     * Makes a database of each profile and measures it, one after the other, each with servers of its own.
     *
     * @param file where the figures go as JSON
     */
    public void measure(List<BenchmarkProfile> profiles, Path file) throws Exception {
        Map<BenchmarkProfile, BenchmarkReport> reports = new EnumMap<>(BenchmarkProfile.class);
        for (BenchmarkProfile profile : profiles) {
            output.note("making a database of " + run.scale() + " GB, profile " + profile.label());
            BenchmarkReport report = withEnvironment((environment, copies, target) -> {
                copies.create(NAME);
                copies.fill(NAME, profile, run.scale());
                DatabaseAddress source = target.withDatabase(NAME);
                PeerTasks peers = run.peers()
                        ? new PeerTasks(
                                source, copies.password(), copies.dataDirectory(), environment.folder(), run.readers())
                        : null;
                return rounds(environment, copies, target, source, copies.password(), peers);
            });
            reports.put(profile, report);
            output.say("");
            output.say("Profile " + profile.label());
            report.show(output);
        }
        if (reports.size() == 1) {
            write(reports.values().iterator().next().document(), file);
        } else {
            ProfileComparison comparison = new ProfileComparison(reports);
            output.say("");
            output.say(comparison.table());
            write(comparison.document(), file);
        }
    }

    @FunctionalInterface
    private interface Measurement {
        BenchmarkReport of(BenchmarkEnvironment environment, BenchDatabase copies, DatabaseAddress target)
                throws Exception;
    }

    private static BenchmarkReport withEnvironment(Measurement measurement) throws Exception {
        PeakMemory.reset();
        Path folder = LocalFolders.passable(Files.createTempDirectory("holdfast-bench-"));
        try (BenchmarkEnvironment environment = new BenchmarkEnvironment(folder)) {
            StackAddresses.Postgres server = environment.postgres();
            DatabaseAddress target = DatabaseAddress.parse(server.uri(server.superuser(), server.database()));
            return measurement.of(environment, new BenchDatabase(target, server.password()), target);
        }
    }

    private BenchmarkReport rounds(
            BenchmarkEnvironment environment,
            BenchDatabase copies,
            DatabaseAddress target,
            DatabaseAddress source,
            String secret,
            @Nullable PeerTasks peers)
            throws Exception {
        PostgresToolTasks postgresToolTasks = new PostgresToolTasks(
                new ProcessRunner(Map.of("PGPASSWORD", secret), environment.folder()),
                new ProcessRunner(Map.of("PGPASSWORD", copies.password()), environment.folder()),
                source,
                environment.folder(),
                run.readers());
        BenchmarkRounds all = new BenchmarkRounds(
                environment,
                copies,
                postgresToolTasks,
                new HoldfastTasks(source, password(secret), run.readers()),
                peers,
                new BenchDatabase(source, secret).relations(source.database()),
                target,
                password(copies.password()),
                output);
        all.run(0);
        all.warmUp(run.warmUp());
        for (int i = 1; i <= run.rounds(); i++) {
            all.run(i);
        }
        return new BenchmarkReport(
                all.samples,
                all.sizes,
                PeakMemory.bytes(),
                run.warmUp(),
                Runtime.getRuntime().availableProcessors());
    }

    private static PasswordSupplier password(String secret) {
        return PasswordSupplier.from(() -> secret);
    }

    private void write(ObjectNode document, Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, document.toPrettyString() + "\n");
        output.document(document);
        output.note("figures in " + file);
    }
}
