package io.holdfast.backup.source;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The protected sources by name. Read once at start: a changed configuration needs a restart. */
@ApplicationScoped
public class Sources {
    private final HoldfastConfig config;
    private final SourceIdentities identities;
    private volatile Map<String, ProtectedSource> byName = Map.of();

    Sources(HoldfastConfig config, SourceIdentities identities) {
        this.config = config;
        this.identities = identities;
    }

    void identify(@Observes StartupEvent start) {
        Map<String, ProtectedSource> found = new TreeMap<>();
        config.sources().forEach((name, source) -> found.put(name, identified(name, source)));
        byName = found;
    }

    private ProtectedSource identified(String name, SourceConfig source) {
        SourceId id = identities.of(name, source);
        return new ProtectedSource(new SourceRef(id, name), source);
    }

    public Collection<ProtectedSource> all() {
        return byName.values();
    }

    /** Fails with SOURCE_UNKNOWN, naming the nearest source there is. */
    public ProtectedSource named(String name) {
        ProtectedSource source = byName.get(name);
        if (source == null) {
            throw Failure.about(name, FailureCode.SOURCE_UNKNOWN, unknown(name));
        }
        return source;
    }

    private String unknown(String name) {
        String known = byName.isEmpty() ? "none is configured" : "known are " + String.join(", ", byName.keySet());
        return "there is no source \"" + name + "\" (" + known + "); add it below holdfast.sources in holdfast.yaml";
    }
}
