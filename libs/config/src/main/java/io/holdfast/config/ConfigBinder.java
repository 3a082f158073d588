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
final class ConfigBinder {
    private final ScalarBinder scalarBinder;
    private final ConfigProblems problems;

    ConfigBinder(Path folder, Environment environment, ConfigProblems problems) {
        this.scalarBinder = new ScalarBinder(folder, environment, problems);
        this.problems = problems;
    }

    HoldfastConfig.@Nullable Document document(YamlNode yamlNode) {
        return (HoldfastConfig.Document) section(HoldfastConfig.Document.class, withoutExtensions(yamlNode), "");
    }

    // beside "holdfast:" keys such as "x-retention:" may hold anchors
    private static YamlNode withoutExtensions(YamlNode yamlNode) {
        if (!(yamlNode instanceof YamlNode.Entries(var line, var column, var entries))) {
            return yamlNode;
        }
        Map<String, YamlNode.Entry> known = new LinkedHashMap<>(entries);
        known.keySet().removeIf(key -> key.startsWith("x-"));
        return new YamlNode.Entries(line, column, known);
    }

    private @Nullable Object value(Type type, ConfigKey key, YamlNode yamlNode, String path) {
        if (yamlNode instanceof YamlNode.Scalar scalar && scalar.isNull()) {
            String example = key.example().isEmpty() ? key.fallback() : key.example();
            String instead = example.isEmpty() ? "" : ", or write for example " + example;
            problems.add(yamlNode, path, "there is no value; remove the key" + instead);
            return null;
        }
        if (SectionSchema.isList(type)) {
            return list(SectionSchema.argument(type, 0), key, yamlNode, path);
        }
        if (SectionSchema.isMap(type)) {
            return map(SectionSchema.argument(type, 1), key, yamlNode, path);
        }
        Class<?> plain = (Class<?>) type;
        if (SectionSchema.isChoice(plain)) {
            return choice(plain, yamlNode, path);
        }
        return ScalarTypes.isSection(plain)
                ? section(plain, yamlNode, path)
                : scalarBinder.value(plain, key, yamlNode, path);
    }

    private @Nullable Object section(Class<?> type, YamlNode yamlNode, String path) {
        if (!(written(type, yamlNode) instanceof YamlNode.Entries section)) {
            problems.add(
                    yamlNode,
                    path,
                    "this has to be a section of keys (" + names(type) + "), but it is " + yamlNode.kind());
            return null;
        }
        int before = problems.count();
        List<SectionSchema.Field> fields = SectionSchema.fields(type);
        refuseUnknown(fields.stream().map(SectionSchema.Field::name).toList(), section, path);
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
            SectionValidator.check(bound, section, path, problems);
        }
        return bound;
    }

    private static YamlNode written(Class<?> type, YamlNode yamlNode) {
        Shorthand shorthand = type.getAnnotation(Shorthand.class);
        if (shorthand == null || !(yamlNode instanceof YamlNode.Scalar(var line, var column, var text, var plain))) {
            return yamlNode;
        }
        return new YamlNode.Entries(
                line, column, Map.of(shorthand.value(), new YamlNode.Entry(line, column, yamlNode)));
    }

    private static String names(Class<?> type) {
        return String.join(
                ", ",
                SectionSchema.fields(type).stream()
                        .map(SectionSchema.Field::name)
                        .toList());
    }

    private void refuseUnknown(List<String> known, YamlNode.Entries section, String path) {
        section.entries().forEach((name, entry) -> {
            if (!known.contains(name)) {
                problems.add(
                        entry.line(),
                        entry.column(),
                        child(path, name),
                        "unknown key" + NameSuggestion.hint(name, known, "known are "));
            }
        });
    }

    private @Nullable Object argument(SectionSchema.Field field, YamlNode.Entries section, String path) {
        String child = child(path, field.name());
        YamlNode given = section.at(field.name());
        Object value = given == null ? absent(field, section, child) : value(field.type(), field.key(), given, child);
        return field.optional() && !(value instanceof Optional) && value != null ? Optional.of(value) : value;
    }

    private @Nullable Object absent(SectionSchema.Field field, YamlNode.Entries section, String path) {
        Type type = field.type();
        if (field.optional()) {
            return Optional.empty();
        }
        if (!field.key().fallback().isEmpty()) {
            YamlNode fallback = YamlParser.read(field.key().fallback(), problems);
            return fallback == null ? null : value(type, field.key(), fallback, path);
        }
        if (field.required()) {
            String example = field.key().example();
            String instead = example.isEmpty() ? "" : "; write for example " + field.name() + ": " + example;
            problems.add(section, path, "this required key is missing" + instead);
            return null;
        }
        if (SectionSchema.isList(type)) {
            return List.of();
        }
        return SectionSchema.isMap(type)
                ? Map.of()
                : section((Class<?>) type, new YamlNode.Entries(section.line(), section.column(), Map.of()), path);
    }

    private @Nullable List<Object> list(Type of, ConfigKey key, YamlNode yamlNode, String path) {
        if (!(yamlNode instanceof YamlNode.Items(var line, var column, var items))) {
            String example = key.example().isEmpty() ? "" : "; write for example " + key.example();
            problems.add(yamlNode, path, "this has to be a list, but it is " + yamlNode.kind() + example);
            return null;
        }
        if (key.nonEmpty() && items.isEmpty()) {
            problems.add(yamlNode, path, "this list must not be empty; write for example " + key.example());
            return null;
        }
        List<Object> scalarBinder = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Object value = value(of, key, items.get(i), path + "[" + i + "]");
            if (value != null) {
                scalarBinder.add(value);
            }
        }
        return scalarBinder.size() == items.size() ? List.copyOf(scalarBinder) : null;
    }

    private @Nullable Map<String, Object> map(Type of, ConfigKey key, YamlNode yamlNode, String path) {
        if (!(yamlNode instanceof YamlNode.Entries(var line, var column, var entries))) {
            problems.add(yamlNode, path, "this has to be a section with a name for each, but it is " + yamlNode.kind());
            return null;
        }
        if (key.nonEmpty() && entries.isEmpty()) {
            problems.add(yamlNode, path, "this section must not be empty; write for example " + key.example());
            return null;
        }
        Map<String, Object> scalarBinder = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (!key.pattern().isEmpty() && !name.matches(key.pattern())) {
                problems.add(entry.line(), entry.column(), child(path, name), "the name is not allowed: " + key.rule());
            }
            Object value = value(of, key, entry.value(), child(path, name));
            if (value != null) {
                scalarBinder.put(name, value);
            }
        });
        return scalarBinder.size() == entries.size() ? Collections.unmodifiableMap(scalarBinder) : null;
    }

    private @Nullable Object choice(Class<?> type, YamlNode yamlNode, String path) {
        Map<String, Class<?>> choices = choices(type);
        String names = String.join(", ", choices.keySet());
        if (!(yamlNode instanceof YamlNode.Entries(var line, var column, var entries))) {
            problems.add(yamlNode, path, "this has to be a section of keys, but it is " + yamlNode.kind());
            return null;
        }
        Map<String, YamlNode.Entry> rest = new LinkedHashMap<>(entries);
        YamlNode.Entry chosen = rest.remove("type");
        if (chosen == null) {
            problems.add(yamlNode, child(path, "type"), "this required key is missing; it is one of " + names);
            return null;
        }
        String word = scalarBinder.text(chosen.value(), child(path, "type"));
        Class<?> choice = word == null ? null : choices.get(word);
        if (choice == null && word != null) {
            String hint = NameSuggestion.hint(word, choices.keySet());
            problems.add(chosen.value(), child(path, "type"), "\"" + word + "\" is not one of " + names + hint);
        }
        return choice == null ? null : section(choice, new YamlNode.Entries(line, column, rest), path);
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
