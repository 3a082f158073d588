package io.holdfast.config;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The keys that a configuration file sets, without their values: what changed between two files can be told from it, and
 * it can be stored. A list is one key. Aliases and merge keys are expanded; defaults are not filled in.
 *
 * @param digests a digest of the value, by the key's full path such as {@code holdfast.sources.portal.url}
 * @param lines the line of the key, from 1; empty if the keys were stored
 */
public record ConfigKeys(SortedMap<String, String> digests, Map<String, Integer> lines) {
    private static final int DIGEST_BYTES = 8;

    public ConfigKeys {
        digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
        lines = Map.copyOf(lines);
    }

    /** Keys that were stored as their digests. */
    public static ConfigKeys stored(Map<String, String> digests) {
        return new ConfigKeys(new TreeMap<>(digests), Map.of());
    }

    static ConfigKeys of(YamlNode document) {
        SortedMap<String, String> digests = new TreeMap<>();
        Map<String, Integer> lines = new HashMap<>();
        if (document instanceof YamlNode.Entries root) {
            root.entries().forEach((name, entry) -> {
                if (!name.startsWith("x-")) { // such a section only holds anchors
                    collect(name, entry, digests, lines);
                }
            });
        }
        return new ConfigKeys(digests, lines);
    }

    private static void collect(
            String path, YamlNode.Entry entry, Map<String, String> digests, Map<String, Integer> lines) {
        if (entry.value() instanceof YamlNode.Entries section
                && !section.entries().isEmpty()) {
            section.entries().forEach((name, child) -> collect(path + "." + name, child, digests, lines));
        } else {
            digests.put(path, digest(entry.value()));
            lines.put(path, entry.line());
        }
    }

    private static String digest(YamlNode value) {
        byte[] whole = ConfigText.sha256().digest(canonical(value).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(whole, 0, DIGEST_BYTES);
    }

    private static String canonical(YamlNode value) {
        return switch (value) {
            case YamlNode.Scalar scalar ->
                (scalar.isText() ? "text " : "value ") + scalar.text().length() + " " + scalar.text();
            case YamlNode.Items list ->
                list.items().stream().map(ConfigKeys::canonical).toList().toString();
            case YamlNode.Entries section -> {
                SortedMap<String, String> sorted = new TreeMap<>();
                section.entries().forEach((name, entry) -> sorted.put(name, canonical(entry.value())));
                yield sorted.toString();
            }
        };
    }

    /** Returns the paths of keys that the other file adds, removes or sets to another value, sorted. */
    public List<String> changedTo(ConfigKeys other) {
        TreeSet<String> changed = new TreeSet<>(digests.keySet());
        changed.addAll(other.digests.keySet());
        changed.removeIf(key -> {
            String value = digests.get(key);
            return value != null && value.equals(other.digests.get(key));
        });
        return List.copyOf(changed);
    }
}
