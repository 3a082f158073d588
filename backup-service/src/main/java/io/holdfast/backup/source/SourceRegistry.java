package io.holdfast.backup.source;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.NameSuggestion;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.config.ConfigChange;
import io.holdfast.eventing.config.ConfigParticipant;
import io.holdfast.eventing.config.LiveConfig;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The protected sources by name, as the configuration in effect has them, and those that left it. */
@ApplicationScoped
public class SourceRegistry implements ConfigParticipant {
    private record Sources(Map<String, ProtectedSource> byName, Map<String, RetiredSource> retired) {}

    private final LiveConfig live;
    private final SourceCatalog catalog;
    private volatile Sources sources = new Sources(Map.of(), Map.of());

    SourceRegistry(LiveConfig live, SourceCatalog catalog) {
        this.live = live;
        this.catalog = catalog;
    }

    /** Before the first request is consumed and the first job is claimed: both ask for sources. */
    void identify(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start) {
        align(live.current());
    }

    @Override
    public void take(ConfigChange change) {
        align(change.after());
    }

    private synchronized void align(HoldfastConfig config) {
        SourceCatalog.Aligned aligned = catalog.align(config.sources());
        Map<String, ProtectedSource> byName = new TreeMap<>();
        config.sources().forEach((name, source) -> {
            SourceId id = Objects.requireNonNull(aligned.configured().get(name));
            byName.put(name, new ProtectedSource(new SourceRef(id, name), source));
        });
        Map<String, RetiredSource> retired = new TreeMap<>();
        aligned.retired().forEach(source -> retired.put(source.ref().name(), source));
        sources = new Sources(byName, retired);
    }

    public Collection<ProtectedSource> all() {
        return sources.byName().values();
    }

    /** Sources that are not configured any more. */
    public Collection<RetiredSource> retired() {
        return sources.retired().values();
    }

    /** The retired source with this name, if there is one. */
    public Optional<RetiredSource> retired(String name) {
        return Optional.ofNullable(sources.retired().get(name));
    }

    /** Fails with SOURCE_UNKNOWN, naming the nearest source there is. */
    public ProtectedSource named(String name) {
        Sources now = sources;
        ProtectedSource source = now.byName().get(name);
        if (source == null) {
            RetiredSource retired = now.retired().get(name);
            throw HoldfastException.about(
                    name,
                    FailureCode.SOURCE_UNKNOWN,
                    retired == null ? unknown(name, now.byName().keySet()) : gone(retired));
        }
        return source;
    }

    /** The id of the source with this name, if it is configured or retired. */
    public Optional<SourceId> idOf(String name) {
        Sources now = sources;
        ProtectedSource source = now.byName().get(name);
        return source != null
                ? Optional.of(source.ref().id())
                : Optional.ofNullable(now.retired().get(name))
                        .map(retired -> retired.ref().id());
    }

    /** As it is configured now, whatever its name was; fails with SOURCE_UNKNOWN if it is no more. */
    public ProtectedSource of(SourceRef source) {
        return all().stream()
                .filter(candidate -> candidate.ref().id().equals(source.id()))
                .findFirst()
                .orElseThrow(() -> HoldfastException.about(
                        source.name(),
                        FailureCode.SOURCE_UNKNOWN,
                        "source \"" + source.name() + "\" is not in holdfast.yaml any more; add it again below"
                                + " holdfast.sources, with id: " + source.id()));
    }

    private static String gone(RetiredSource source) {
        return "source \"" + source.ref().name() + "\" is retired since " + source.retiredAt()
                + " because it is not in holdfast.yaml any more; add it again below holdfast.sources to back it up";
    }

    private static String unknown(String name, Set<String> configured) {
        String known = NameSuggestion.of(name, configured)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse(
                        configured.isEmpty()
                                ? "none is configured."
                                : "known are " + String.join(", ", configured) + ".");
        return "there is no source \"" + name + "\"; " + known
                + " Sources are what stands below holdfast.sources in holdfast.yaml";
    }
}
