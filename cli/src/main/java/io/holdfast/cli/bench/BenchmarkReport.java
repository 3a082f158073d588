package io.holdfast.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.vault.format.BackupSizeTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The figures of a run as ratios, beside what they should be. */
final class BenchmarkReport {
    private final BenchmarkSamples samples;
    private final BenchmarkRounds.Sizes sizes;
    private final long residentBytes;
    private final int warmUp;
    private final int cores;

    BenchmarkReport(BenchmarkSamples samples, BenchmarkRounds.Sizes sizes, long residentBytes, int warmUp, int cores) {
        this.samples = samples;
        this.sizes = sizes;
        this.residentBytes = residentBytes;
        this.warmUp = warmUp;
        this.cores = cores;
    }

    List<BenchmarkRatio> ratios() {
        BackupSizeTotals first = sizes.first().totals();
        List<BenchmarkRatio> ratios = new ArrayList<>();
        ratios.add(faster("full backup", BenchmarkTask.BACKUP, BenchmarkTask.DUMP_CUSTOM, 2.0));
        if (samples.has(BenchmarkTask.DUMP_ZSTD)) {
            ratios.add(faster("full backup", BenchmarkTask.BACKUP, BenchmarkTask.DUMP_ZSTD, 1.0));
        }
        ratios.add(faster("full backup", BenchmarkTask.BACKUP, BenchmarkTask.DUMP_DIRECTORY, 1.0));
        ratios.add(faster("full backup", BenchmarkTask.BACKUP, BenchmarkTask.RAW_READ, 0.7));
        ratios.add(BenchmarkRatio.atMost(
                "second backup, its time",
                "raw read",
                samples.ratios(BenchmarkTask.BACKUP_AGAIN, BenchmarkTask.RAW_READ),
                1.25));
        ratios.add(BenchmarkRatio.atMost(
                "second backup, its bytes",
                "the first's",
                (double) sizes.second().totals().newStoredBytes() / first.storedBytes(),
                0.01));
        ratios.add(faster("full restore", BenchmarkTask.RESTORE, BenchmarkTask.PG_RESTORE, 1.1));
        ratios.add(BenchmarkRatio.atMost(
                "proof, its time",
                BenchmarkTask.PG_RESTORE.toString(),
                samples.ratios(BenchmarkTask.PROOF, BenchmarkTask.PG_RESTORE),
                0.8));
        ratios.add(BenchmarkRatio.atMost(
                "proof, its time", "own restore", samples.ratios(BenchmarkTask.PROOF, BenchmarkTask.RESTORE), 1.5));
        ratios.add(BenchmarkRatio.atLeast(
                "integrity check", "own backup", samples.ratios(BenchmarkTask.BACKUP, BenchmarkTask.CHECK), 3.0));
        ratios.add(
                BenchmarkRatio.atMost("stored bytes", "pg_dump -Fc", (double) first.storedBytes() / sizes.custom, 0.8));
        ratios.add(BenchmarkRatio.atMost("memory of this process", "400 MB", residentBytes / 400e6, 1.0));
        return ratios;
    }

    /** How many times faster we are. */
    private BenchmarkRatio faster(String what, BenchmarkTask ours, BenchmarkTask theirs, double goal) {
        return BenchmarkRatio.atLeast(what, theirs.toString(), samples.ratios(theirs, ours), goal);
    }

    void show(CommandOutput output) {
        BackupSizeTotals first = sizes.first().totals();
        output.say("");
        output.say(HumanFormat.count(first.rows()) + " rows in " + first.tables() + " tables, "
                + HumanFormat.bytes(first.bytes())
                + " as text; " + cores + " cores. Medians of "
                + samples.warm(BenchmarkTask.BACKUP).size() + " warm rounds, after a cold one and " + warmUp
                + " more backups and checks.");
        TextTable times = new TextTable("WORK", ">MEDIAN", ">COLD", ">CPU", ">TEXT/s", ">STORED");
        for (BenchmarkTask benchmarkTask : BenchmarkTask.values()) {
            if (samples.has(benchmarkTask)) {
                times.row(
                        benchmarkTask.toString(),
                        seconds(samples.median(benchmarkTask)),
                        seconds(samples.cold(benchmarkTask)),
                        seconds(samples.medianCpu(benchmarkTask)),
                        speed(benchmarkTask),
                        stored(benchmarkTask));
            }
        }
        output.say(times);
        if (sizes.server > 0) {
            output.say("The rates of pgbackrest are of the server's files, " + HumanFormat.bytes(sizes.server) + ".");
        }
        output.say("");
        TextTable table = new TextTable("RATIO", "AGAINST", ">VALUE", ">TO REACH", "", "ROUNDS");
        for (BenchmarkRatio ratio : ratios()) {
            String goal = (ratio.atLeast() ? "≥ " : "≤ ") + ratio.goal();
            table.row(
                    ratio.work(),
                    ratio.against(),
                    String.format(Locale.ROOT, "%.3f", ratio.value()),
                    goal,
                    ratio.reached() ? "✓" : "missed",
                    ratio.rounds().stream()
                            .map(round -> String.format(Locale.ROOT, "%.2f", round))
                            .collect(Collectors.joining(" ")));
        }
        output.say(table);
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.2f s", seconds);
    }

    private String speed(BenchmarkTask benchmarkTask) {
        return switch (benchmarkTask) {
            case READ_ONE -> "";
            case BACK_REST_FULL, BACK_REST_INCREMENT ->
                HumanFormat.bytes(Math.round(sizes.server / samples.median(benchmarkTask)));
            default -> HumanFormat.bytes(Math.round(sizes.first().totals().bytes() / samples.median(benchmarkTask)));
        };
    }

    private String stored(BenchmarkTask benchmarkTask) {
        return switch (benchmarkTask) {
            case DUMP_CUSTOM -> HumanFormat.bytes(sizes.custom);
            case DUMP_ZSTD -> HumanFormat.bytes(sizes.zstd);
            case DUMP_DIRECTORY -> HumanFormat.bytes(sizes.directory);
            case BACK_REST_FULL -> HumanFormat.bytes(sizes.backRestFull);
            case BACK_REST_INCREMENT -> HumanFormat.bytes(sizes.backRestIncrement);
            case RESTIC_FIRST -> HumanFormat.bytes(sizes.resticFirst);
            case RESTIC_AGAIN -> HumanFormat.bytes(sizes.resticAgain);
            case BACKUP -> HumanFormat.bytes(sizes.first().totals().newStoredBytes());
            case BACKUP_AGAIN -> HumanFormat.bytes(sizes.second().totals().newStoredBytes());
            case RAW_READ, CHECK, PG_RESTORE, RESTORE, PROOF, READ_ALL, READ_ONE -> "";
        };
    }

    ObjectNode document() {
        ObjectNode document = ServiceJson.object();
        document.put("cores", cores)
                .put("java", System.getProperty("java.version"))
                .put("residentBytes", residentBytes)
                .put("warmUp", warmUp)
                .put("maxHeapBytes", Runtime.getRuntime().maxMemory());
        document.set("first", ServiceJson.tree(sizes.first().totals()));
        document.set("second", ServiceJson.tree(sizes.second().totals()));
        ObjectNode seconds = document.putObject("seconds");
        for (BenchmarkTask benchmarkTask : BenchmarkTask.values()) {
            if (samples.has(benchmarkTask)) {
                ObjectNode each = seconds.putObject(benchmarkTask.name().toLowerCase(Locale.ROOT));
                each.put("what", benchmarkTask.toString())
                        .put("median", samples.median(benchmarkTask))
                        .put("cold", samples.cold(benchmarkTask))
                        .put("cpu", samples.medianCpu(benchmarkTask));
                each.set("warm", ServiceJson.tree(samples.warm(benchmarkTask)));
            }
        }
        document.set("ratios", ServiceJson.tree(ratios()));
        return document;
    }
}
