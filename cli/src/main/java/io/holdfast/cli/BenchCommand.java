package io.holdfast.cli;

import io.holdfast.cli.bench.Benchmark;
import io.holdfast.cli.bench.BenchmarkProfile;
import io.holdfast.cli.bench.BenchmarkRun;
import io.holdfast.cli.rest.CommandException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        description = {
            "Compares Holdfast with pg_dump and pg_restore on the same database, in the same run, in turn.",
            "The vault is an S3 server on this machine, with encryption. Memory is this process's, whose heap is"
                    + " that of a service. The database is made for it by a profile, or yours with --url, which is only"
                    + " read; copies are restored to a server of its own."
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast bench",
            "  ./holdfast bench --scale 0.1 --rounds 5",
            "  ./holdfast bench --profile narrow",
            "  ./holdfast bench --profile all",
            "  ./holdfast bench --url postgresql://portal@db:5432/portal"
        })
final class BenchCommand extends BaseCommand {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "A database to measure; its password is read from PGPASSWORD.")
    private @Nullable String url;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            defaultValue = "mixed",
            description = {
                "Which database to make: mixed, narrow, json, wide, blobs, many-tables, incompressible, or all of them"
                        + " one after the other (default: ${DEFAULT-VALUE})."
            })
    private String profile = "mixed";

    @Option(
            names = "--scale",
            paramLabel = "GB",
            description = "How large a database to make, in GB of text (default: 1; all profiles: 0.1).")
    private @Nullable Double scale;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Rounds that count, after a cold one (default: 5; all profiles: 3).")
    private @Nullable Integer rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description =
                    "Backups, with a second one and a check of each, between the cold round and those that count, as a service"
                            + " has done them before; restores of the first 3 (default: 12; all profiles: 4).")
    private @Nullable Integer warmUp;

    @Option(
            names = "--readers",
            paramLabel = "N",
            description = "Readers, and jobs of the others (default: one a core).")
    private int readers = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--peers",
            description = "Measure pgBackRest and restic too, where they are installed; not with --url.")
    private boolean peers;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "target/bench.json",
            description = "Where the figures go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("target", "bench.json");

    @Override
    void run() throws Exception {
        boolean all = profile.equals("all");
        BenchmarkRun run = new BenchmarkRun(
                or(scale, all ? 0.1 : 1), or(warmUp, all ? 4 : 12), or(rounds, all ? 3 : 5), readers, peers);
        if (peers && url != null) {
            throw CommandException.usage(
                    "--peers copies the files of the server, which bench has made; leave out --url");
        }
        if (run.scale() <= 0 || run.rounds() < 1 || run.readers() < 1 || run.warmUp() < 0) {
            throw CommandException.usage("--scale, --rounds and --readers must be more than 0, --warm-up not less");
        }
        Benchmark benchmark = new Benchmark(output(), run);
        if (url != null) {
            benchmark.measure(url, System.getenv().getOrDefault("PGPASSWORD", ""), out);
        } else {
            benchmark.measure(all ? List.of(BenchmarkProfile.values()) : List.of(named(profile)), out);
        }
    }

    private static BenchmarkProfile named(String profile) {
        return BenchmarkProfile.named(profile)
                .orElseThrow(() -> CommandException.usage("no profile is named \"" + profile + "\"; there are "
                        + BenchmarkProfile.labels() + " and all"));
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
