package io.holdfast.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The ratios of several profiles, a line each, a column per profile; a star marks a missed goal. */
final class ProfileComparison {
    private final Map<BenchmarkProfile, BenchmarkReport> reports;

    ProfileComparison(Map<BenchmarkProfile, BenchmarkReport> reports) {
        this.reports = reports;
    }

    TextTable table() {
        TextTable table = new TextTable(Stream.concat(
                        Stream.of("RATIO", "AGAINST", ">GOAL"),
                        reports.keySet().stream().map(profile -> ">" + profile.label()))
                .toArray(String[]::new));
        for (BenchmarkRatio ratio : reports.values().iterator().next().ratios()) {
            List<String> cells = new ArrayList<>(
                    List.of(ratio.work(), ratio.against(), (ratio.atLeast() ? "≥ " : "≤ ") + ratio.goal()));
            for (BenchmarkReport report : reports.values()) {
                cells.add(same(report, ratio)
                        .map(own -> String.format(Locale.ROOT, "%.2f", own.value()) + (own.reached() ? " " : "*"))
                        .orElse(""));
            }
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private static Optional<BenchmarkRatio> same(BenchmarkReport report, BenchmarkRatio ratio) {
        return report.ratios().stream()
                .filter(own -> own.work().equals(ratio.work()) && own.against().equals(ratio.against()))
                .findFirst();
    }

    ObjectNode document() {
        ObjectNode document = ServiceJson.object();
        ObjectNode profiles = document.putObject("profiles");
        reports.forEach((profile, report) -> profiles.set(profile.label(), report.document()));
        return document;
    }
}
