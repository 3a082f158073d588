package io.holdfast.config;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What one part of the file says about another: channels, chains and environments exist, ids are unique. */
final class ReferenceValidator {
    private final @Nullable YamlNode root;
    private final ConfigProblems problems;

    private ReferenceValidator(@Nullable YamlNode root, ConfigProblems problems) {
        this.root = root;
        this.problems = problems;
    }

    static void check(YamlNode document, ConfigProblems problems) {
        new ReferenceValidator(DefaultsResolver.at(document, "holdfast"), problems).check();
    }

    private void check() {
        channels(
                DefaultsResolver.at(DefaultsResolver.at(root, "notifications"), "notify"),
                "holdfast.notifications.notify");
        chains();
        escalation(
                DefaultsResolver.at(DefaultsResolver.at(root, "notifications"), "default-escalation"),
                "holdfast.notifications.default-escalation");
        each("defaults", (path, defaults) -> {
            channels(DefaultsResolver.at(defaults, "notify"), path + ".notify");
            escalation(DefaultsResolver.at(defaults, "escalation"), path + ".escalation");
        });
        YamlNode api = DefaultsResolver.at(DefaultsResolver.at(root, "api"), "source");
        if (api != null) {
            known(api, "holdfast.api.source", "sources", "source");
        }
        Map<String, String> ids = new HashMap<>();
        each("sources", (path, source) -> {
            channels(DefaultsResolver.at(source, "notify"), path + ".notify");
            escalation(DefaultsResolver.at(source, "escalation"), path + ".escalation");
            environment(DefaultsResolver.at(source, "environment"), path + ".environment");
            YamlNode staging = DefaultsResolver.at(
                    DefaultsResolver.at(DefaultsResolver.at(source, "drill"), "staging"), "database");
            if (staging != null) {
                known(staging, path + ".drill.staging.database", "sources", "source");
            }
            if (DefaultsResolver.at(source, "id") instanceof YamlNode.Scalar id) {
                String other = ids.putIfAbsent(id.text().toLowerCase(Locale.ROOT), path);
                if (other != null) {
                    problems.add(id, path + ".id", "this is the id of " + other + " as well; ids are unique");
                }
            }
        });
    }

    private void channels(@Nullable YamlNode names, String path) {
        if (names instanceof YamlNode.Items(var line, var column, var items)) {
            for (int i = 0; i < items.size(); i++) {
                known(items.get(i), path + "[" + i + "]", "channels", "channel");
            }
        }
    }

    private void chains() {
        if (DefaultsResolver.at(DefaultsResolver.at(root, "notifications"), "escalation")
                instanceof YamlNode.Entries(var line, var column, var chains)) {
            chains.forEach((name, chain) -> {
                String path = "holdfast.notifications.escalation." + name;
                if (chain.value() instanceof YamlNode.Items(var at, var from, var steps)) {
                    for (int i = 0; i < steps.size(); i++) {
                        channels(DefaultsResolver.at(steps.get(i), "notify"), path + "[" + i + "].notify");
                    }
                }
            });
        }
    }

    private void escalation(@Nullable YamlNode name, String path) {
        if (name != null) {
            known(
                    name,
                    path,
                    DefaultsResolver.at(DefaultsResolver.at(root, "notifications"), "escalation"),
                    "chain",
                    "notifications.escalation");
        }
    }

    private void environment(@Nullable YamlNode name, String path) {
        if (DefaultsResolver.at(root, "defaults") instanceof YamlNode.Entries(var line, var column, var entries)
                && !entries.isEmpty()
                && name != null) {
            known(name, path, "defaults", "environment");
        }
    }

    private void known(YamlNode name, String path, String section, String what) {
        known(name, path, DefaultsResolver.at(root, section), what, section);
    }

    private void known(YamlNode name, String path, @Nullable YamlNode named, String what, String section) {
        Set<String> names =
                named instanceof YamlNode.Entries(var line, var column, var entries) ? entries.keySet() : Set.of();
        if (name instanceof YamlNode.Scalar scalar && scalar.isText() && !names.contains(scalar.text())) {
            problems.add(
                    name,
                    path,
                    "there is no " + what + " \"" + scalar.text() + "\" under holdfast." + section
                            + NameSuggestion.hint(scalar.text(), names, "there are "));
        }
    }

    private void each(String section, BiConsumer<String, YamlNode> action) {
        if (DefaultsResolver.at(root, section) instanceof YamlNode.Entries(var line, var column, var entries)) {
            entries.forEach((name, entry) -> action.accept("holdfast." + section + "." + name, entry.value()));
        }
    }
}
