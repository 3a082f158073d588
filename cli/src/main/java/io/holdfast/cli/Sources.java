package io.holdfast.cli;

import io.holdfast.cli.rest.Api;
import io.holdfast.cli.rest.CommandFailure;
import io.holdfast.cli.rest.CommandFailure.Exit;
import io.holdfast.config.DidYouMean;
import io.holdfast.devstack.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Names of sources, and what a mistyped one was meant to be. */
final class Sources {
    private static final int MANY = 1000;

    private Sources() {}

    static List<String> names(Api api) {
        List<String> names = new ArrayList<>();
        api.list(Service.BACKUP, "/api/sources", Map.of(), MANY)
                .path("items")
                .forEach(source -> names.add(source.path("name").asText()));
        return names;
    }

    /** Runs a call about a source; a refusal because there is no such source then names the nearest. */
    static <T> T hinting(Api api, String source, Supplier<T> call) {
        try {
            return call.get();
        } catch (CommandFailure failure) {
            boolean unknown =
                    failure.exit() == Exit.REFUSED && failure.problemCode().equals("SOURCE_UNKNOWN");
            if (!unknown || String.valueOf(failure.getMessage()).contains("did you mean")) {
                throw failure;
            }
            List<String> names = names(api);
            String hint = DidYouMean.of(source, names)
                    .map(near -> "did you mean \"" + near + "\"?")
                    .orElse(names.isEmpty() ? "no source is configured" : "there are " + String.join(", ", names));
            throw CommandFailure.refused("there is no source \"" + source + "\"; " + hint, failure.document());
        }
    }
}
