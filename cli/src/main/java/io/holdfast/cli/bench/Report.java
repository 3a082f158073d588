package io.holdfast.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.Json;
import io.holdfast.cli.terminal.Human;
import io.holdfast.cli.terminal.Output;
import io.holdfast.cli.terminal.Table;
import io.holdfast.vault.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The figures of a run as ratios, beside what they should be. */
final class Report {
    private final Samples samples;
    private final Rounds.Sizes sizes;
    private final long residentBytes;
    private final int warmUp;
    private final int cores;

    Report(Samples samples, Rounds.Sizes sizes, long residentBytes, int warmUp, int cores) {
        this.samples = samples;
        this.sizes = sizes;
        this.residentBytes = residentBytes;
        this.warmUp = warmUp;
        this.cores = cores;
    }

    List<Ratio> ratios() {
        Totals first = sizes.first().totals();
        List<Ratio> ratios = new ArrayList<>();
        ratios.add(faster("full backup", Work.BACKUP, Work.DUMP_CUSTOM, 2.0));
        if (samples.has(Work.DUMP_ZSTD)) {
            ratios.add(faster("full backup", Work.BACKUP, Work.DUMP_ZSTD, 1.0));
        }
        ratios.add(faster("full backup", Work.BACKUP, Work.DUMP_DIRECTORY, 1.0));
        ratios.add(faster("full backup", Work.BACKUP, Work.RAW_READ, 0.5));
        ratios.add(Ratio.atMost(
                "second backup, its time", "raw read", samples.ratios(Work.BACKUP_AGAIN, Work.RAW_READ), 1.25));
        ratios.add(Ratio.atMost(
                "second backup, its bytes",
                "the first's",
                (double) sizes.second().totals().newStoredBytes() / first.storedBytes(),
                0.01));
        ratios.add(faster("full restore", Work.RESTORE, Work.PG_RESTORE, 1.0));
        ratios.add(Ratio.atLeast("integrity check", "own backup", samples.ratios(Work.BACKUP, Work.CHECK), 3.0));
        ratios.add(Ratio.atMost("stored bytes", "pg_dump -Fc", (double) first.storedBytes() / sizes.custom, 0.8));
        ratios.add(Ratio.atMost("memory of this process", "400 MB", residentBytes / 400e6, 1.0));
        return ratios;
    }

    /** How many times faster we are. */
    private Ratio faster(String what, Work ours, Work theirs, double goal) {
        return Ratio.atLeast(what, theirs.toString(), samples.ratios(theirs, ours), goal);
    }

    void show(Output output) {
        Totals first = sizes.first().totals();
        output.say("");
        output.say(Human.count(first.rows()) + " rows in " + first.tables() + " tables, " + Human.bytes(first.bytes())
                + " as text; " + cores + " cores. Medians of "
                + samples.warm(Work.BACKUP).size() + " warm rounds, after a cold one and " + warmUp
                + " more backups and checks.");
        Table times = new Table("WORK", ">MEDIAN", ">COLD", ">CPU", ">TEXT/s", ">STORED");
        for (Work work : Work.values()) {
            if (samples.has(work)) {
                times.row(
                        work.toString(),
                        seconds(samples.median(work)),
                        seconds(samples.cold(work)),
                        seconds(samples.medianCpu(work)),
                        speed(work),
                        stored(work));
            }
        }
        output.say(times);
        output.say("");
        Table table = new Table("RATIO", "AGAINST", ">VALUE", ">TO REACH", "", "ROUNDS");
        for (Ratio ratio : ratios()) {
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

    private String speed(Work work) {
        return switch (work) {
            case READ_ONE -> "";
            default -> Human.bytes(Math.round(sizes.first().totals().bytes() / samples.median(work)));
        };
    }

    private String stored(Work work) {
        return switch (work) {
            case DUMP_CUSTOM -> Human.bytes(sizes.custom);
            case DUMP_ZSTD -> Human.bytes(sizes.zstd);
            case DUMP_DIRECTORY -> Human.bytes(sizes.directory);
            case BACKUP -> Human.bytes(sizes.first().totals().newStoredBytes());
            case BACKUP_AGAIN -> Human.bytes(sizes.second().totals().newStoredBytes());
            case RAW_READ, CHECK, PG_RESTORE, RESTORE, READ_ALL, READ_ONE -> "";
        };
    }

    ObjectNode document() {
        ObjectNode document = Json.object();
        document.put("cores", cores)
                .put("java", System.getProperty("java.version"))
                .put("residentBytes", residentBytes)
                .put("warmUp", warmUp)
                .put("maxHeapBytes", Runtime.getRuntime().maxMemory());
        document.set("first", Json.tree(sizes.first().totals()));
        document.set("second", Json.tree(sizes.second().totals()));
        ObjectNode seconds = document.putObject("seconds");
        for (Work work : Work.values()) {
            if (samples.has(work)) {
                ObjectNode each = seconds.putObject(work.name().toLowerCase(Locale.ROOT));
                each.put("what", work.toString())
                        .put("median", samples.median(work))
                        .put("cold", samples.cold(work))
                        .put("cpu", samples.medianCpu(work));
                each.set("warm", Json.tree(samples.warm(work)));
            }
        }
        document.set("ratios", Json.tree(ratios()));
        return document;
    }
}
