package io.holdfast.backup.source;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.NameSuggestion;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The protected sources by name. Read once at start: a changed configuration needs a restart. */
@ApplicationScoped
public class SourceRegistry {
    private final HoldfastConfig config;
    private final SourceIdResolver identities;
    private volatile Map<String, ProtectedSource> byName = Map.of();

    SourceRegistry(HoldfastConfig config, SourceIdResolver identities) {
        this.config = config;
        this.identities = identities;
    }

    /** Before the first request is consumed and the first job is claimed: both ask for sources. */
    void identify(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start) {
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
            throw HoldfastException.about(name, FailureCode.SOURCE_UNKNOWN, unknown(name));
        }
        return source;
    }

    /** The source with this name, if it is configured. */
    public Optional<ProtectedSource> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** As it is configured now, whatever its name was; fails with SOURCE_UNKNOWN if it is no more. */
    public ProtectedSource of(SourceRef source) {
        return byName.values().stream()
                .filter(candidate -> candidate.ref().id().equals(source.id()))
                .findFirst()
                .orElseThrow(() -> HoldfastException.about(
                        source.name(),
                        FailureCode.SOURCE_UNKNOWN,
                        "source \"" + source.name() + "\" is not in holdfast.yaml any more; add it again below"
                                + " holdfast.sources, with id: " + source.id()));
    }

    private String unknown(String name) {
        String known = NameSuggestion.of(name, byName.keySet())
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse(
                        byName.isEmpty()
                                ? "none is configured."
                                : "known are " + String.join(", ", byName.keySet()) + ".");
        return "there is no source \"" + name + "\"; " + known
                + " Sources are what stands below holdfast.sources in holdfast.yaml";
    }
}
