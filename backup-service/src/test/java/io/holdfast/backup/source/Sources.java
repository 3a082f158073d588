package io.holdfast.backup.source;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Configured sources for tests. */
final class Sources {
    private Sources() {}

    /** @param keys such as {@code id: …,}; each with its comma */
    static SourceConfig config(String keys) {
        String yaml = """
                holdfast:
                  vault: { bucket: holdfast, key-file: vault.key }
                  defaults: { staging: {} }
                  sources: { any: { %s engine: postgres, url: "postgresql://a@localhost/b" } }
                """.formatted(keys);
        HoldfastConfig config = HoldfastConfig.parse(yaml, Path.of("holdfast.yaml"), variable -> Optional.empty());
        return Objects.requireNonNull(config.sources().get("any"));
    }

    static SourceConfig withId(Object id) {
        return config("id: " + id + ",");
    }

    /** @param pairs a name, its configuration, and so on */
    static Map<String, SourceConfig> of(Object... pairs) {
        Map<String, SourceConfig> sources = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            sources.put((String) pairs[i], (SourceConfig) pairs[i + 1]);
        }
        return sources;
    }
}
