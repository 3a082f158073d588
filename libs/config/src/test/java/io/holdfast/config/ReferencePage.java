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
                .replace("@EVENTS@", "`" + String.join("`, `", Section.words(NotifiedEvent.class)) + "`")
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
        if (section.type().isAnnotationPresent(ExactlyOne.class)) {
            page.append("Exactly one of these keys.\n\n");
        }
        Together together = section.type().getAnnotation(Together.class);
        if (together != null) {
            page.append("`").append(String.join("` and `", together.value())).append("` go together.\n\n");
        }
        page.append("| key | type | default | meaning | example |\n|---|---|---|---|---|\n");
        Deque<Pending> children = new ArrayDeque<>();
        for (Section.Field field : Section.fields(section.type())) {
            row(field);
            follow(section.path() + "." + field.name(), field.type(), children);
        }
        children.descendingIterator().forEachRemaining(pending::addFirst);
    }

    private void row(Section.Field field) {
        Key key = field.key();
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

    private static String type(Section.Field field) {
        return type(field.type(), field.key());
    }

    private static String type(Type type, Key key) {
        if (Section.isList(type)) {
            return "list of " + type(Section.argument(type, 0), key);
        }
        if (Section.isMap(type)) {
            return "name → " + type(Section.argument(type, 1), key);
        }
        Class<?> plain = (Class<?>) type;
        Scalars.Scalar scalar = Scalars.of(plain);
        return scalar != null
                ? scalar.title()
                : plain == NotifiedEvent.class
                        ? "event"
                        : plain.isEnum() ? "`" + String.join("`, `", Section.words(plain)) + "`" : named(plain, key);
    }

    private static String named(Class<?> type, Key key) {
        return switch (type.getSimpleName()) {
            case "String" -> "text";
            case "Path" -> "path";
            case "boolean" -> "`true`, `false`";
            case "int" -> "whole number, " + key.min() + " to " + key.max();
            case "SecretRef" -> "secret reference";
            case "Expected" -> "text, number, `true` or `false`";
            default -> "section";
        };
    }

    private static void follow(String path, Type type, Deque<Pending> children) {
        if (Section.isList(type)) {
            follow(path + "[]", Section.argument(type, 0), children);
        } else if (Section.isMap(type)) {
            follow(path + ".NAME", Section.argument(type, 1), children);
        } else if (type instanceof Class<?> plain && Section.isChoice(plain)) {
            Binder.choices(plain)
                    .forEach((word, variant) -> children.add(new Pending(path + " (" + word + ")", variant)));
        } else if (type instanceof Class<?> plain
                && plain.isRecord()
                && !Scalars.isScalar(plain)
                && !(path.startsWith("holdfast.defaults.")
                        && List.of(SourceConfig.class.getDeclaredClasses()).contains(plain))
                && !(path.startsWith("holdfast.defaults.") && plain == RetentionConfig.class)) {
            children.add(new Pending(path, plain));
        }
    }
}
