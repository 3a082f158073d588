package io.holdfast.cli;

import io.holdfast.cli.bench.Benchmark;
import io.holdfast.cli.rest.CommandException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        description = {
            "Compares Holdfast with pg_dump and pg_restore on the same database, in the same run, in turn.",
            "The vault is an S3 server on this machine, with encryption. Memory is this process's, whose heap is"
                    + " that of a service. The database is made for it, or yours with --url, which is only read;"
                    + " copies are restored to a server of its own."
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast bench",
            "  ./holdfast bench --scale 0.1 --rounds 5",
            "  ./holdfast bench --url postgresql://portal@db:5432/portal"
        })
final class BenchCommand extends BaseCommand {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "A database to measure; its password is read from PGPASSWORD.")
    private @Nullable String url;

    @Option(
            names = "--scale",
            paramLabel = "GB",
            defaultValue = "1",
            description = "How large a database to make, in GB of text (default: ${DEFAULT-VALUE}).")
    private double scale;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds that count, after a cold one (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "12",
            description =
                    "Backups, with a second one and a check of each, between the cold round and those that count, as a service"
                            + " has done them before; restores of the first 3 (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--readers",
            paramLabel = "N",
            description = "Readers, and jobs of the others (default: one a core).")
    private int readers = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "target/bench.json",
            description = "Where the figures go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("target", "bench.json");

    @Override
    void run() throws Exception {
        if (scale <= 0 || rounds < 1 || readers < 1 || warmUp < 0) {
            throw CommandException.usage("--scale, --rounds and --readers must be more than 0, --warm-up not less");
        }
        String password = System.getenv().getOrDefault("PGPASSWORD", "");
        new Benchmark(output(), scale, warmUp, rounds, readers).run(url, password, out);
    }
}
