package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.terminal.HumanFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Cells of tables about principals. */
final class AccessCells {
    private AccessCells() {}

    static String joined(JsonNode texts) {
        List<String> all = new ArrayList<>();
        texts.forEach(text -> all.add(text.asText()));
        return String.join(", ", all);
    }

    static String scope(JsonNode principal) {
        String sources = joined(principal.path("sources"));
        String environments = joined(principal.path("environments"));
        if (sources.isEmpty() && environments.isEmpty()) {
            return "all sources";
        }
        return sources
                + (sources.isEmpty() || environments.isEmpty() ? "" : "; ")
                + (environments.isEmpty() ? "" : "of " + environments);
    }

    static String instant(JsonNode time, String otherwise) {
        return time.isTextual() ? HumanFormat.instant(Instant.parse(time.asText())) : otherwise;
    }
}
