package io.holdfast.backup.source;

import io.holdfast.backup.configuration.ConfigurationRecorded;
import io.holdfast.backup.configuration.RecordedConfiguration;
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
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The protected sources by name, as the configuration in effect has them, and those that left it.
 *
 * <p>A replica whose file is older than the recorded one changes no source in the catalog, and works with those that its file
 * and the catalog have both.
 */
@ApplicationScoped
public class SourceRegistry implements ConfigParticipant {
    private record Sources(Map<String, ProtectedSource> byName, Map<String, RetiredSource> retired) {}

    private final LiveConfig live;
    private final SourceCatalog catalog;
    private final RecordedConfiguration recorded;
    private volatile Sources sources = new Sources(Map.of(), Map.of());
    private boolean older;

    SourceRegistry(LiveConfig live, SourceCatalog catalog, RecordedConfiguration recorded) {
        this.live = live;
        this.catalog = catalog;
        this.recorded = recorded;
    }

    /** Before the first request is consumed and the first job is claimed: both ask for sources. */
    void identify(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start) {
        align(live.current(), isOlder(live.digest().orElse(null), null));
    }

    @Override
    public void take(ConfigChange change) {
        align(change.after(), isOlder(change.digest(), live.digest().orElse(null)));
    }

    /** An older file that stayed is in effect from now on. */
    synchronized void recorded(@Observes ConfigurationRecorded ignored) {
        if (older) {
            align(live.current(), false);
        }
    }

    private boolean isOlder(@Nullable String file, @Nullable String before) {
        return file != null && recorded.isNewerThan(file, before);
    }

    private synchronized void align(HoldfastConfig config, boolean isOlder) {
        SourceCatalog.Aligned aligned = isOlder ? catalog.lookUp(config.sources()) : catalog.align(config.sources());
        Map<String, ProtectedSource> byName = new TreeMap<>();
        config.sources().forEach((name, source) -> {
            SourceId id = aligned.configured().get(name);
            if (id != null) {
                byName.put(name, new ProtectedSource(new SourceRef(id, name), source));
            }
        });
        Map<String, RetiredSource> retired = new TreeMap<>();
        aligned.retired().forEach(source -> retired.put(source.ref().name(), source));
        sources = new Sources(byName, retired);
        older = isOlder;
    }

    public Collection<ProtectedSource> all() {
        return sources.byName().values();
    }

    /** The configured source with this id. */
    public Optional<ProtectedSource> configured(SourceId id) {
        return all().stream().filter(source -> source.ref().id().equals(id)).findFirst();
    }

    /** Sources that are not configured any more. */
    public Collection<RetiredSource> retired() {
        return sources.retired().values();
    }

    /** When the source was retired, as the catalog has it now; empty if it is not. Blocks. */
    public Optional<Instant> retiredAt(SourceId source) {
        return catalog.retiredAt(source);
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
