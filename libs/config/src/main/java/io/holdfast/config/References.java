package io.holdfast.config;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What one part of the file says about another: channels and environments exist, ids are unique. */
final class References {
    private final @Nullable Tree root;
    private final Problems problems;

    private References(@Nullable Tree root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    static void check(Tree document, Problems problems) {
        new References(Inheritance.at(document, "holdfast"), problems).check();
    }

    private void check() {
        channels(Inheritance.at(Inheritance.at(root, "notifications"), "notify"), "holdfast.notifications.notify");
        each("defaults", (path, defaults) -> channels(Inheritance.at(defaults, "notify"), path + ".notify"));
        Map<String, String> ids = new HashMap<>();
        each("sources", (path, source) -> {
            channels(Inheritance.at(source, "notify"), path + ".notify");
            environment(Inheritance.at(source, "environment"), path + ".environment");
            if (Inheritance.at(source, "id") instanceof Tree.Scalar id) {
                String other = ids.putIfAbsent(id.text().toLowerCase(Locale.ROOT), path);
                if (other != null) {
                    problems.add(id, path + ".id", "this is the id of " + other + " as well; ids are unique");
                }
            }
        });
    }

    private void channels(@Nullable Tree names, String path) {
        if (names instanceof Tree.Items(var line, var column, var items)) {
            for (int i = 0; i < items.size(); i++) {
                known(items.get(i), path + "[" + i + "]", "channels", "channel");
            }
        }
    }

    private void environment(@Nullable Tree name, String path) {
        if (Inheritance.at(root, "defaults") instanceof Tree.Entries(var line, var column, var entries)
                && !entries.isEmpty()
                && name != null) {
            known(name, path, "defaults", "environment");
        }
    }

    private void known(Tree name, String path, String section, String what) {
        Set<String> names = Inheritance.at(root, section) instanceof Tree.Entries(var line, var column, var entries)
                ? entries.keySet()
                : Set.of();
        if (name instanceof Tree.Scalar scalar && scalar.isText() && !names.contains(scalar.text())) {
            problems.add(
                    name,
                    path,
                    "there is no " + what + " \"" + scalar.text() + "\" under holdfast." + section
                            + DidYouMean.hint(scalar.text(), names, "there are "));
        }
    }

    private void each(String section, BiConsumer<String, Tree> action) {
        if (Inheritance.at(root, section) instanceof Tree.Entries(var line, var column, var entries)) {
            entries.forEach((name, entry) -> action.accept("holdfast." + section + "." + name, entry.value()));
        }
    }
}
