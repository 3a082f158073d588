package io.holdfast.config;

import java.io.IOException;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** docs/reference/config.md, written off the mapping around the prose in the test resources; the page has to equal it. */
final class ReferencePage {
    private record Pending(String path, Class<?> type) {}

    private final StringBuilder page = new StringBuilder();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final Set<Pending> seen = new LinkedHashSet<>();

    private ReferencePage() {}

    static String text() throws IOException {
        return Corpus.resource("reference.md")
                .replace("@EXAMPLE@", Corpus.resource("example.yaml").strip())
                .replace("@PARAMETERS@", parameters())
                .replace("@EVENTS@", "`" + String.join("`, `", SectionSchema.words(NotifiedEvent.class)) + "`")
                .replace("@KEYS@", new ReferencePage().keys());
    }

    private static String parameters() {
        StringBuilder lines = new StringBuilder();
        DatabaseUrl.PARAMETERS.forEach((name, values) -> lines.append("- `")
                .append(name)
                .append(values.isEmpty() ? "`\n" : "`: `" + String.join("`, `", values) + "`\n"));
        return lines.toString().strip();
    }

    private String keys() {
        pending.add(new Pending("holdfast", HoldfastConfig.class));
        while (!pending.isEmpty()) {
            Pending next = pending.removeFirst();
            if (seen.add(next)) {
                section(next);
            }
        }
        return page.toString().strip();
    }

    private void section(Pending section) {
        page.append("\n### ").append(section.path()).append("\n\n");
        if (section.type().isAnnotationPresent(ExactlyOneOf.class)) {
            page.append("Exactly one of these keys.\n\n");
        }
        Shorthand shorthand = section.type().getAnnotation(Shorthand.class);
        if (shorthand != null) {
            page.append("A plain word is the value of `")
                    .append(shorthand.value())
                    .append("`.\n\n");
        }
        RequiredTogether requiredTogether = section.type().getAnnotation(RequiredTogether.class);
        if (requiredTogether != null) {
            page.append("`")
                    .append(String.join("` and `", requiredTogether.value()))
                    .append("` go together.\n\n");
        }
        page.append("| key | type | default | meaning | example |\n|---|---|---|---|---|\n");
        Deque<Pending> children = new ArrayDeque<>();
        for (SectionSchema.Field field : SectionSchema.fields(section.type())) {
            row(field);
            follow(section.path() + "." + field.name(), field.type(), children);
        }
        children.descendingIterator().forEachRemaining(pending::addFirst);
    }

    private void row(SectionSchema.Field field) {
        ConfigKey key = field.key();
        String fallback = field.required() ? "**required**" : key.fallback().isEmpty() ? "" : code(key.fallback());
        String example = key.example().isEmpty() ? "" : code(key.example());
        String rule = key.rule().isEmpty() ? "" : " Rule: " + key.rule() + ".";
        page.append("| ")
                .append(String.join(" | ", code(field.name()), type(field), fallback, key.value() + rule, example))
                .append(" |\n");
    }

    private static String code(String yaml) {
        return "`" + yaml.replace("|", "\\|") + "`";
    }

    private static String type(SectionSchema.Field field) {
        return type(field.type(), field.key());
    }

    private static String type(Type type, ConfigKey key) {
        if (SectionSchema.isList(type)) {
            return "list of " + type(SectionSchema.argument(type, 0), key);
        }
        if (SectionSchema.isMap(type)) {
            return "name → " + type(SectionSchema.argument(type, 1), key);
        }
        Class<?> plain = (Class<?>) type;
        ScalarTypes.Scalar scalar = ScalarTypes.of(plain);
        return scalar != null
                ? scalar.title()
                : plain == NotifiedEvent.class
                        ? "event"
                        : plain.isEnum()
                                ? "`" + String.join("`, `", SectionSchema.words(plain)) + "`"
                                : named(plain, key);
    }

    private static String named(Class<?> type, ConfigKey key) {
        return switch (type.getSimpleName()) {
            case "String" -> "text";
            case "Path" -> "path";
            case "PublicKeyFile" -> "path of a PEM file";
            case "boolean" -> "`true`, `false`";
            case "int" -> "whole number, " + key.min() + " to " + key.max();
            case "SecretRef" -> "secret reference";
            case "ExpectedValue" -> "text, number, `true` or `false`";
            default -> "section";
        };
    }

    private static void follow(String path, Type type, Deque<Pending> children) {
        if (SectionSchema.isList(type)) {
            follow(path + "[]", SectionSchema.argument(type, 0), children);
        } else if (SectionSchema.isMap(type)) {
            follow(path + ".NAME", SectionSchema.argument(type, 1), children);
        } else if (type instanceof Class<?> plain && SectionSchema.isChoice(plain)) {
            ConfigBinder.choices(plain)
                    .forEach((word, variant) -> children.add(new Pending(path + " (" + word + ")", variant)));
        } else if (type instanceof Class<?> plain
                && plain.isRecord()
                && !ScalarTypes.isScalar(plain)
                && !(path.startsWith("holdfast.defaults.")
                        && List.of(SourceConfig.class.getDeclaredClasses()).contains(plain))
                && !(path.startsWith("holdfast.defaults.") && plain == RetentionConfig.class)) {
            children.add(new Pending(path, plain));
        }
    }
}
