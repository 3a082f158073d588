package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.devstack.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** restore-service's daily check of the restoring role, for lists of sources. */
final class RestorableSourceReader {
    private static final String KEY = "restorable";

    private RestorableSourceReader() {}

    /** The list with {@code restorable} in each source that restore-service has checked; it may not respond. */
    static JsonNode added(HoldfastClient holdfastClient, JsonNode sources) {
        Map<String, JsonNode> checked = new HashMap<>();
        try {
            holdfastClient
                    .list(Service.RESTORE, "/api/sources", Map.of(), 1000)
                    .path("items")
                    .forEach(each -> checked.put(each.path("source").asText(), each));
        } catch (CommandException failure) {
            return sources;
        }
        JsonNode all = sources.deepCopy();
        all.path("items").forEach(item -> {
            JsonNode found = checked.get(item.path("name").asText());
            if (found != null && item instanceof ObjectNode source) {
                ObjectNode restorable = source.putObject(KEY);
                restorable.set("yes", found.path(KEY));
                restorable.set("because", found.path("problems"));
                restorable.set("checkedAt", found.path("checkedAt"));
            }
        });
        return all;
    }

    /** {@code yes}, {@code no} or {@code unknown}. */
    static String cell(JsonNode source) {
        JsonNode restorable = source.path(KEY);
        return restorable.isMissingNode() ? "unknown" : restorable.path("yes").asBoolean() ? "yes" : "no";
    }

    /** A line for each source that is not restorable. */
    static List<String> reasons(JsonNode sources) {
        List<String> lines = new ArrayList<>();
        sources.path("items").forEach(source -> {
            if (cell(source).equals("no")) {
                List<String> because = new ArrayList<>();
                source.path(KEY).path("because").forEach(each -> because.add(each.asText()));
                lines.add(source.path("name").asText() + ": restorable: no, because "
                        + String.join("\n    and ", because));
            }
        });
        return lines;
    }
}
