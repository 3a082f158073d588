package io.holdfast.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gives sources and channels what they inherit, before anything is mapped, so that inherited text keeps its place in the
 * file. A source takes each section it lacks from its environment's defaults, and {@code notify} also from
 * {@code notifications}; a channel takes {@code events} from there.
 */
final class Inheritance {
    private static final List<String> INHERITED = Section.fields(EnvironmentDefaults.class).stream()
            .map(Section.Field::name)
            .toList();

    private Inheritance() {}

    static Tree apply(Tree document) {
        return changed(document, "holdfast", root -> {
            Tree defaults = at(root, "defaults");
            Tree notifications = at(root, "notifications");
            Tree sources = each(root, "sources", source -> {
                Tree environment = at(source, "environment");
                Tree own = environment instanceof Tree.Scalar(var line, var column, var name, var plain)
                        ? at(defaults, name)
                        : null;
                return inherit(inherit(source, own, INHERITED), notifications, List.of("notify"));
            });
            return each(sources, "channels", channel -> inherit(channel, withEvents(notifications), List.of("events")));
        });
    }

    private static Tree withEvents(@Nullable Tree notifications) {
        Tree events = at(notifications, "events");
        Tree given = events == null ? YamlTree.read(NotificationsConfig.EVENTS, new Problems("")) : events;
        return given == null
                ? new Tree.Entries(1, 1, Map.of())
                : new Tree.Entries(1, 1, Map.of("events", new Tree.Entry(given.line(), given.column(), given)));
    }

    private static Tree inherit(Tree heir, @Nullable Tree from, List<String> keys) {
        if (!(heir instanceof Tree.Entries(var line, var column, var own)
                && from instanceof Tree.Entries(var fromLine, var fromColumn, var given))) {
            return heir;
        }
        Map<String, Tree.Entry> all = new LinkedHashMap<>(own);
        for (String key : keys) {
            Tree.Entry entry = given.get(key);
            if (entry != null) {
                all.putIfAbsent(key, entry);
            }
        }
        return new Tree.Entries(line, column, Collections.unmodifiableMap(all));
    }

    private static Tree each(Tree tree, String key, UnaryOperator<Tree> change) {
        return changed(tree, key, named -> {
            Tree result = named;
            if (named instanceof Tree.Entries(var line, var column, var entries)) {
                for (String name : entries.keySet()) {
                    result = changed(result, name, change);
                }
            }
            return result;
        });
    }

    private static Tree changed(Tree tree, String key, UnaryOperator<Tree> change) {
        if (!(tree instanceof Tree.Entries(var line, var column, var entries)) || !entries.containsKey(key)) {
            return tree;
        }
        Map<String, Tree.Entry> copy = new LinkedHashMap<>(entries);
        copy.computeIfPresent(key, (k, old) -> new Tree.Entry(old.line(), old.column(), change.apply(old.value())));
        return new Tree.Entries(line, column, Collections.unmodifiableMap(copy));
    }

    static @Nullable Tree at(@Nullable Tree tree, String key) {
        return tree instanceof Tree.Entries entries ? entries.at(key) : null;
    }
}
