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
final class DefaultsResolver {
    private static final List<String> INHERITED = SectionSchema.fields(EnvironmentDefaults.class).stream()
            .map(SectionSchema.Field::name)
            .toList();

    private DefaultsResolver() {}

    static YamlNode apply(YamlNode document) {
        return changed(document, "holdfast", root -> {
            YamlNode defaults = at(root, "defaults");
            YamlNode notifications = at(root, "notifications");
            YamlNode sources = each(root, "sources", source -> {
                YamlNode environment = at(source, "environment");
                YamlNode own = environment instanceof YamlNode.Scalar(var line, var column, var name, var plain)
                        ? at(defaults, name)
                        : null;
                return inherit(inherit(source, own, INHERITED), notifications, List.of("notify"));
            });
            return each(sources, "channels", channel -> inherit(channel, withEvents(notifications), List.of("events")));
        });
    }

    private static YamlNode withEvents(@Nullable YamlNode notifications) {
        YamlNode events = at(notifications, "events");
        YamlNode given = events == null ? YamlParser.read(NotificationsConfig.EVENTS, new ConfigProblems("")) : events;
        return given == null
                ? new YamlNode.Entries(1, 1, Map.of())
                : new YamlNode.Entries(1, 1, Map.of("events", new YamlNode.Entry(given.line(), given.column(), given)));
    }

    private static YamlNode inherit(YamlNode heir, @Nullable YamlNode from, List<String> keys) {
        if (!(heir instanceof YamlNode.Entries(var line, var column, var own)
                && from instanceof YamlNode.Entries(var fromLine, var fromColumn, var given))) {
            return heir;
        }
        Map<String, YamlNode.Entry> all = new LinkedHashMap<>(own);
        for (String key : keys) {
            YamlNode.Entry entry = given.get(key);
            if (entry != null) {
                all.putIfAbsent(key, entry);
            }
        }
        return new YamlNode.Entries(line, column, Collections.unmodifiableMap(all));
    }

    private static YamlNode each(YamlNode yamlNode, String key, UnaryOperator<YamlNode> change) {
        return changed(yamlNode, key, named -> {
            YamlNode result = named;
            if (named instanceof YamlNode.Entries(var line, var column, var entries)) {
                for (String name : entries.keySet()) {
                    result = changed(result, name, change);
                }
            }
            return result;
        });
    }

    private static YamlNode changed(YamlNode yamlNode, String key, UnaryOperator<YamlNode> change) {
        if (!(yamlNode instanceof YamlNode.Entries(var line, var column, var entries)) || !entries.containsKey(key)) {
            return yamlNode;
        }
        Map<String, YamlNode.Entry> copy = new LinkedHashMap<>(entries);
        copy.computeIfPresent(key, (k, old) -> new YamlNode.Entry(old.line(), old.column(), change.apply(old.value())));
        return new YamlNode.Entries(line, column, Collections.unmodifiableMap(copy));
    }

    static @Nullable YamlNode at(@Nullable YamlNode yamlNode, String key) {
        return yamlNode instanceof YamlNode.Entries entries ? entries.at(key) : null;
    }
}
