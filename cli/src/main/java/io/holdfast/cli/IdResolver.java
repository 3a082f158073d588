package io.holdfast.cli;

import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whole ids for the beginnings that people type. */
final class IdResolver {
    /** As many matches as an error names. */
    private static final int MOST = 10;

    private IdResolver() {}

    private record Match(ResourceKind kind, String id) {
        @Override
        public String toString() {
            return kind.name().toLowerCase(Locale.ROOT) + " " + id;
        }
    }

    /**
     * The id of an object of these kinds. A whole id is returned as it is, and no service is asked.
     *
     * @throws CommandException REFUSED if no object's id begins so, or those of several do
     */
    static String resolve(HoldfastClient holdfastClient, IdPrefix id, ResourceKind... kinds) {
        if (id.isWhole()) {
            return id.text();
        }
        List<Match> found = new ArrayList<>();
        for (ResourceKind kind : kinds) {
            holdfastClient
                    .list(kind.service(), kind.listPath(), Map.of("id", id.text()), MOST)
                    .path("items")
                    .forEach(item -> found.add(new Match(kind, item.path("id").asText())));
        }
        if (found.isEmpty()) {
            throw CommandException.refused(
                    "there is no " + names(kinds) + " whose id begins with " + id
                            + "; ./holdfast " + list(kinds[0])
                            + " lists what there is",
                    null);
        }
        if (found.size() > 1) {
            throw CommandException.refused(
                    "id " + id + " is ambiguous; type more of it: "
                            + found.stream().map(Match::toString).collect(Collectors.joining(", ")),
                    null);
        }
        return found.getFirst().id();
    }

    /** The command that lists what an id can be of. */
    private static String list(ResourceKind kind) {
        return switch (kind) {
            case ALERT -> "alerts";
            case DRILL -> "drills";
            case BACKUP, RESTORE, VERIFICATION -> "backups";
        };
    }

    private static String names(ResourceKind... kinds) {
        return Stream.of(kinds)
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" or "));
    }
}
