package io.holdfast.backup.adminapi;

import io.holdfast.access.VisibleSources;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which source a request is about. */
@ApplicationScoped
class AdminApiSources {
    private final SourceRegistry sourceRegistry;
    private final LiveConfig config;

    AdminApiSources(SourceRegistry sourceRegistry, LiveConfig config) {
        this.sourceRegistry = sourceRegistry;
        this.config = config;
    }

    /**
     * The named source, as {@link #name} chooses; fails with SOURCE_UNKNOWN if it is not configured.
     *
     * @param visible sources of the caller; the others are neither chosen nor named
     */
    ProtectedSource chosen(@Nullable String asked, VisibleSources visible) {
        List<String> configured = sourceRegistry.all().stream()
                .map(source -> source.ref().name())
                .filter(visible::contains)
                .toList();
        return sourceRegistry.named(name(asked, config.current().api().source(), configured));
    }

    /**
     * The source that was asked for, else the default one, else the only one.
     *
     * @throws HoldfastException REQUEST_INVALID naming the sources if this decides nothing
     */
    static String name(@Nullable String asked, Optional<String> usual, Collection<String> configured) {
        if (asked != null && !asked.isEmpty()) {
            return asked;
        }
        return usual.orElseGet(() -> {
            if (configured.size() == 1) {
                return configured.iterator().next();
            }
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    configured.isEmpty()
                            ? "no source is configured; add one below holdfast.sources in holdfast.yaml"
                            : "the request names no source; add ?source=NAME, or set holdfast.api.source in"
                                    + " holdfast.yaml; the sources are " + String.join(", ", configured));
        });
    }
}
