package io.holdfast.config;

import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads single values. Null means that a problem was added. */
final class ScalarBinder {
    static final String VARIABLE = "^[A-Za-z_][A-Za-z0-9_]*$";
    static final String PROVIDER = "^[A-Za-z0-9][A-Za-z0-9._-]*$";
    // regular expressions with alternatives recurse for each character
    private static final int MAX_LENGTH = 2_000;
    private static final String REFERENCE = "write { env: NAME } or { file: PATH }";

    private final Path folder;
    private final Environment environment;
    private final ConfigProblems problems;

    ScalarBinder(Path folder, Environment environment, ConfigProblems problems) {
        this.folder = folder;
        this.environment = environment;
        this.problems = problems;
    }

    @Nullable
    Object value(Class<?> type, ConfigKey key, YamlNode yamlNode, String path) {
        if (type == SecretRef.class) {
            return secret(yamlNode, path);
        }
        if (!(yamlNode instanceof YamlNode.Scalar scalar)) {
            problems.add(yamlNode, path, "this has to be a single value, but it is " + yamlNode.kind());
            return null;
        }
        if (type == boolean.class) {
            return scalar.isBoolean()
                    ? Boolean.valueOf(scalar.text())
                    : refuse(yamlNode, path, "this has to be true or false, without quotes");
        }
        if (type == int.class) {
            return integer(key, scalar, path);
        }
        if (type == ExpectedValue.class) {
            return new ExpectedValue(scalar.text());
        }
        if (type == ByteSize.class && scalar.plain() && scalar.text().matches("[0-9]+")) {
            return parsed(ByteSize::parse, scalar.text(), yamlNode, path);
        }
        return textual(type, key, scalar, path);
    }

    private @Nullable Object textual(Class<?> type, ConfigKey key, YamlNode.Scalar yamlNode, String path) {
        ScalarTypes.Scalar scalar = ScalarTypes.of(type);
        if (scalar != null && yamlNode.isNumber() && parsed(scalar.parse(), yamlNode.text(), yamlNode, path) == null) {
            return null; // not just a matter of quotes
        }
        String text = text(yamlNode, path);
        if (text == null) {
            return null;
        }
        if (text.length() > MAX_LENGTH
                && !(type == String.class && key.pattern().isEmpty())) {
            return refuse(yamlNode, path, "this text is longer than " + MAX_LENGTH + " characters");
        }
        if (type.isEnum()) {
            return word(type, text, yamlNode, path);
        }
        if (type == Path.class) {
            return path(text, yamlNode, path);
        }
        if (type == PublicKeyFile.class) {
            return publicKey(text, yamlNode, path);
        }
        if (scalar != null) {
            return parsed(scalar.parse(), text, yamlNode, path);
        }
        if (type != String.class) {
            throw new IllegalStateException("no mapping for " + type);
        }
        boolean fits = key.pattern().isEmpty() ? !text.isBlank() : Pattern.matches(key.pattern(), text);
        String rule = key.pattern().isEmpty() ? "this text must not be empty" : key.rule();
        return fits ? text : refuse(yamlNode, path, "\"" + text + "\" is not allowed: " + rule);
    }

    private @Nullable Object parsed(Function<String, ?> parse, String text, YamlNode yamlNode, String path) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            return refuse(yamlNode, path, e.getMessage() == null ? "this value is not allowed" : e.getMessage());
        }
    }

    @Nullable
    String text(YamlNode yamlNode, String path) {
        if (!(yamlNode instanceof YamlNode.Scalar scalar)) {
            problems.add(yamlNode, path, "this has to be text, but it is " + yamlNode.kind());
            return null;
        }
        if (!scalar.isText()) {
            problems.add(yamlNode, path, "this has to be text, but it is " + yamlNode.kind() + "; put it in quotes");
            return null;
        }
        return scalar.text();
    }

    private @Nullable Object integer(ConfigKey key, YamlNode.Scalar scalar, String path) {
        if (!scalar.plain() || !scalar.text().matches("[-+]?[0-9]+")) {
            return refuse(scalar, path, "this has to be a whole number, without quotes");
        }
        BigInteger number = new BigInteger(scalar.text());
        if (number.compareTo(BigInteger.valueOf(key.min())) < 0
                || number.compareTo(BigInteger.valueOf(key.max())) > 0) {
            return refuse(scalar, path, number + " is outside " + key.min() + " to " + key.max());
        }
        return number.intValueExact();
    }

    private @Nullable Object word(Class<?> type, String text, YamlNode yamlNode, String path) {
        List<String> words = SectionSchema.words(type);
        int index = words.indexOf(text);
        if (index >= 0) {
            return type.getEnumConstants()[index];
        }
        String hint = NameSuggestion.hint(text, words);
        return refuse(yamlNode, path, "\"" + text + "\" is not one of " + String.join(", ", words) + hint);
    }

    private @Nullable Path path(String text, YamlNode yamlNode, String path) {
        if (text.isBlank()) {
            problems.add(yamlNode, path, "this path is empty");
            return null;
        }
        try {
            return folder.resolve(text).normalize();
        } catch (InvalidPathException e) {
            problems.add(yamlNode, path, "this is not a path (" + e.getReason() + ")");
            return null;
        }
    }

    private @Nullable PublicKeyFile publicKey(String text, YamlNode yamlNode, String path) {
        Path file = path(text, yamlNode, path);
        try {
            return file == null ? null : PublicKeyFile.read(file);
        } catch (IllegalArgumentException e) {
            problems.add(yamlNode, path, file + ": " + e.getMessage());
            return null;
        }
    }

    /** No message here repeats what was written: it may be the secret itself. */
    private @Nullable SecretRef secret(YamlNode yamlNode, String path) {
        if (!(yamlNode instanceof YamlNode.Entries(var line, var column, var entries))) {
            problems.add(yamlNode, path, "a secret must not stand in this file; " + REFERENCE + " instead");
            return null;
        }
        if (entries.size() != 1) {
            problems.add(yamlNode, path, "a secret has exactly one reference; " + REFERENCE);
            return null;
        }
        Map.Entry<String, YamlNode.Entry> only = entries.entrySet().iterator().next();
        String child = ConfigBinder.child(path, only.getKey());
        List<String> kinds = SectionSchema.words(SecretRef.Kind.class);
        if (!kinds.contains(only.getKey())) {
            String hint = NameSuggestion.hint(only.getKey(), kinds, "known are ");
            problems.add(only.getValue().line(), only.getValue().column(), child, "unknown key" + hint);
            return null;
        }
        String text = text(only.getValue().value(), child);
        return text == null ? null : secret(only.getKey(), text, only.getValue().value(), child);
    }

    private @Nullable SecretRef secret(String kind, String text, YamlNode yamlNode, String path) {
        if (kind.equals("file")) {
            Path file = path(text, yamlNode, path);
            return file == null ? null : SecretRef.file(file);
        }
        boolean variable = kind.equals("env");
        if (!text.matches(variable ? VARIABLE : PROVIDER)) {
            problems.add(
                    yamlNode, path, "this is not the name of " + (variable ? "an environment variable" : "a provider"));
            return null;
        }
        return variable ? SecretRef.env(text, environment) : SecretRef.provider(text, environment);
    }

    private @Nullable Object refuse(YamlNode yamlNode, String path, String message) {
        problems.add(yamlNode, path, message);
        return null;
    }
}
