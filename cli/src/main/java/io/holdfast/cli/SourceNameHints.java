package io.holdfast.cli;

import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.CommandException.Exit;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.config.NameSuggestion;
import io.holdfast.devstack.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Names of sources, and what a mistyped one was meant to be. */
final class SourceNameHints {
    private static final int MANY = 1000;

    private SourceNameHints() {}

    static List<String> names(HoldfastClient holdfastClient) {
        List<String> names = new ArrayList<>();
        holdfastClient
                .list(Service.BACKUP, "/api/sources", Map.of(), MANY)
                .path("items")
                .forEach(source -> names.add(source.path("name").asText()));
        return names;
    }

    /** Runs a call about a source; a refusal because there is no such source then names the nearest. */
    static <T> T hinting(HoldfastClient holdfastClient, String source, Supplier<T> call) {
        try {
            return call.get();
        } catch (CommandException failure) {
            boolean unknown =
                    failure.exit() == Exit.REFUSED && failure.problemCode().equals("SOURCE_UNKNOWN");
            if (!unknown || String.valueOf(failure.getMessage()).contains("did you mean")) {
                throw failure;
            }
            List<String> names = names(holdfastClient);
            String hint = NameSuggestion.of(source, names)
                    .map(near -> "did you mean \"" + near + "\"?")
                    .orElse(names.isEmpty() ? "no source is configured" : "there are " + String.join(", ", names));
            throw CommandException.refused("there is no source \"" + source + "\"; " + hint, failure.document());
        }
    }
}
