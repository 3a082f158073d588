package io.holdfast.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Maps a tree to records. Null means that a problem was added; the mapping goes on, to find them all. */
final class Binder {
    private final Values values;
    private final Problems problems;

    Binder(Path folder, Environment environment, Problems problems) {
        this.values = new Values(folder, environment, problems);
        this.problems = problems;
    }

    HoldfastConfig.@Nullable Document document(Tree tree) {
        return (HoldfastConfig.Document) section(HoldfastConfig.Document.class, withoutExtensions(tree), "");
    }

    // beside "holdfast:" keys such as "x-retention:" may hold anchors
    private static Tree withoutExtensions(Tree tree) {
        if (!(tree instanceof Tree.Entries(var line, var column, var entries))) {
            return tree;
        }
        Map<String, Tree.Entry> known = new LinkedHashMap<>(entries);
        known.keySet().removeIf(key -> key.startsWith("x-"));
        return new Tree.Entries(line, column, known);
    }

    private @Nullable Object value(Type type, Key key, Tree tree, String path) {
        if (tree instanceof Tree.Scalar scalar && scalar.isNull()) {
            String example = key.example().isEmpty() ? key.fallback() : key.example();
            String instead = example.isEmpty() ? "" : ", or write for example " + example;
            problems.add(tree, path, "there is no value; remove the key" + instead);
            return null;
        }
        if (Section.isList(type)) {
            return list(Section.argument(type, 0), key, tree, path);
        }
        if (Section.isMap(type)) {
            return map(Section.argument(type, 1), key, tree, path);
        }
        Class<?> plain = (Class<?>) type;
        if (Section.isChoice(plain)) {
            return choice(plain, tree, path);
        }
        return plain.isRecord() && !Scalars.isScalar(plain)
                ? section(plain, tree, path)
                : values.value(plain, key, tree, path);
    }

    private @Nullable Object section(Class<?> type, Tree tree, String path) {
        if (!(tree instanceof Tree.Entries section)) {
            problems.add(
                    tree, path, "this has to be a section of keys (" + names(type) + "), but it is " + tree.kind());
            return null;
        }
        int before = problems.count();
        List<Section.Field> fields = Section.fields(type);
        refuseUnknown(fields.stream().map(Section.Field::name).toList(), section, path);
        Object[] arguments = new Object[fields.size()];
        boolean complete = true;
        for (int i = 0; i < arguments.length; i++) {
            Object argument = argument(fields.get(i), section, path);
            complete &= argument != null;
            arguments[i] = argument;
        }
        if (!complete) {
            return null;
        }
        Object bound = construct(type, arguments);
        if (problems.count() == before) {
            Rules.check(bound, section, path, problems);
        }
        return bound;
    }

    private static String names(Class<?> type) {
        return String.join(
                ", ", Section.fields(type).stream().map(Section.Field::name).toList());
    }

    private void refuseUnknown(List<String> known, Tree.Entries section, String path) {
        section.entries().forEach((name, entry) -> {
            if (!known.contains(name)) {
                problems.add(
                        entry.line(),
                        entry.column(),
                        child(path, name),
                        "unknown key" + DidYouMean.hint(name, known, "known are "));
            }
        });
    }

    private @Nullable Object argument(Section.Field field, Tree.Entries section, String path) {
        String child = child(path, field.name());
        Tree given = section.at(field.name());
        Object value = given == null ? absent(field, section, child) : value(field.type(), field.key(), given, child);
        return field.optional() && !(value instanceof Optional) && value != null ? Optional.of(value) : value;
    }

    private @Nullable Object absent(Section.Field field, Tree.Entries section, String path) {
        Type type = field.type();
        if (field.optional()) {
            return Optional.empty();
        }
        if (!field.key().fallback().isEmpty()) {
            Tree fallback = YamlTree.read(field.key().fallback(), problems);
            return fallback == null ? null : value(type, field.key(), fallback, path);
        }
        if (field.required()) {
            String example = field.key().example();
            String instead = example.isEmpty() ? "" : "; write for example " + field.name() + ": " + example;
            problems.add(section, path, "this required key is missing" + instead);
            return null;
        }
        if (Section.isList(type)) {
            return List.of();
        }
        return Section.isMap(type)
                ? Map.of()
                : section((Class<?>) type, new Tree.Entries(section.line(), section.column(), Map.of()), path);
    }

    private @Nullable List<Object> list(Type of, Key key, Tree tree, String path) {
        if (!(tree instanceof Tree.Items(var line, var column, var items))) {
            String example = key.example().isEmpty() ? "" : "; write for example " + key.example();
            problems.add(tree, path, "this has to be a list, but it is " + tree.kind() + example);
            return null;
        }
        if (key.nonEmpty() && items.isEmpty()) {
            problems.add(tree, path, "this list must not be empty; write for example " + key.example());
            return null;
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Object value = value(of, key, items.get(i), path + "[" + i + "]");
            if (value != null) {
                values.add(value);
            }
        }
        return values.size() == items.size() ? List.copyOf(values) : null;
    }

    private @Nullable Map<String, Object> map(Type of, Key key, Tree tree, String path) {
        if (!(tree instanceof Tree.Entries(var line, var column, var entries))) {
            problems.add(tree, path, "this has to be a section with a name for each, but it is " + tree.kind());
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (!key.pattern().isEmpty() && !name.matches(key.pattern())) {
                problems.add(entry.line(), entry.column(), child(path, name), "the name is not allowed: " + key.rule());
            }
            Object value = value(of, key, entry.value(), child(path, name));
            if (value != null) {
                values.put(name, value);
            }
        });
        return values.size() == entries.size() ? Collections.unmodifiableMap(values) : null;
    }

    private @Nullable Object choice(Class<?> type, Tree tree, String path) {
        Map<String, Class<?>> choices = choices(type);
        String names = String.join(", ", choices.keySet());
        if (!(tree instanceof Tree.Entries(var line, var column, var entries))) {
            problems.add(tree, path, "this has to be a section of keys, but it is " + tree.kind());
            return null;
        }
        Map<String, Tree.Entry> rest = new LinkedHashMap<>(entries);
        Tree.Entry chosen = rest.remove("type");
        if (chosen == null) {
            problems.add(tree, child(path, "type"), "this required key is missing; it is one of " + names);
            return null;
        }
        String word = values.text(chosen.value(), child(path, "type"));
        Class<?> choice = word == null ? null : choices.get(word);
        if (choice == null && word != null) {
            String hint = DidYouMean.hint(word, choices.keySet());
            problems.add(chosen.value(), child(path, "type"), "\"" + word + "\" is not one of " + names + hint);
        }
        return choice == null ? null : section(choice, new Tree.Entries(line, column, rest), path);
    }

    /** The variants of a sealed interface, by the word that {@code type} has for them. */
    static Map<String, Class<?>> choices(Class<?> type) {
        Map<String, Class<?>> choices = new LinkedHashMap<>();
        for (Class<?> variant : type.getPermittedSubclasses()) {
            choices.put(variant.getSimpleName().toLowerCase(Locale.ROOT), variant);
        }
        return choices;
    }

    private static Object construct(Class<?> type, Object[] arguments) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException e) {
            throw new IllegalStateException("the record " + type.getName() + " can't be made", e);
        }
    }

    static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
