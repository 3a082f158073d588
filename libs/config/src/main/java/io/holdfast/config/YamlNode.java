package io.holdfast.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A YAML document with its places: what the mapping reads, and what its problems point to. */
sealed interface YamlNode {
    int line();

    int column();

    /** What it is, for people. */
    String kind();

    /** A value; {@code plain} if it was written without quotes. */
    record Scalar(int line, int column, String text, boolean plain) implements YamlNode {
        // The core schema of YAML 1.2, as JSON Schema validators in editors see the file; "no" and "on" are texts in
        // it.
        private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
        private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
        private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
        private static final Pattern NUMBER = Pattern.compile(
                "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

        boolean isNull() {
            return plain && NULL.matcher(text).matches();
        }

        boolean isBoolean() {
            return plain && BOOLEAN.matcher(text).matches();
        }

        boolean isInteger() {
            return plain && INTEGER.matcher(text).matches();
        }

        boolean isNumber() {
            return isInteger() || (plain && NUMBER.matcher(text).matches());
        }

        boolean isText() {
            return !isNull() && !isBoolean() && !isNumber();
        }

        @Override
        public String kind() {
            return isNull() ? "nothing" : isBoolean() ? "true or false" : isNumber() ? "a number" : "text";
        }

        /** Not the text: it may be a secret in the wrong place. */
        @Override
        public String toString() {
            return kind() + " at " + line + ":" + column;
        }
    }

    record Items(int line, int column, List<YamlNode> items) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    record Entries(int line, int column, Map<String, Entry> entries) implements YamlNode {
        @Nullable
        YamlNode at(String key) {
            Entry entry = entries.get(key);
            return entry == null ? null : entry.value();
        }

        @Override
        public String kind() {
            return "a section of keys";
        }
    }

    /** A key with its own place. */
    record Entry(int line, int column, YamlNode value) {}
}
