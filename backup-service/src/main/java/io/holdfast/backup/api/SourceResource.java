package io.holdfast.backup.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.RetiredSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.backup.watch.SourceCheckResult;
import io.holdfast.backup.watch.SourceCheckTable;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Sources over REST. */
@Path("/api/sources")
@Tag(name = "Sources")
class SourceResource {
    private final SourceRegistry sourceRegistry;
    private final LatestBackupQuery latest;
    private final SourceCheckTable checks;
    private final Caller caller;

    SourceResource(SourceRegistry sourceRegistry, LatestBackupQuery latest, SourceCheckTable checks, Caller caller) {
        this.checks = checks;
        this.sourceRegistry = sourceRegistry;
        this.latest = latest;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.VIEW)
    @Operation(
            summary = "All protected databases, then the retired ones",
            description = "A retired source is not in holdfast.yaml any more; its backups remain.")
    public Uni<PageCursor.Page<SourceView>> list() {
        VisibleSources visible = caller.access().visible();
        Multi<Uni<SourceView>> views = Multi.createBy()
                .concatenating()
                .streams(
                        Multi.createFrom()
                                .iterable(sourceRegistry.all())
                                .filter(source -> visible.contains(source.ref().name()))
                                .map(this::view),
                        Multi.createFrom()
                                .iterable(sourceRegistry.retired())
                                .filter(source -> visible.contains(source.ref().name()))
                                .map(this::view));
        return views.onItem()
                .transformToUniAndConcatenate(view -> view)
                .collect()
                .asList()
                .chain(found -> WorkerThreadCall.call(checks::newest)
                        .map(newest -> found.stream()
                                .map(view -> view.checked(newest.get(view.id()), null))
                                .toList()))
                .map(found -> new PageCursor.Page<>(found, null));
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("{name}")
    @Operation(summary = "One protected or retired database, with its checks of the last hour, newest first")
    public Uni<SourceView> show(String name) {
        caller.access().requireVisible(name);
        Uni<SourceView> found =
                sourceRegistry.retired(name).map(this::view).orElseGet(() -> view(sourceRegistry.named(name)));
        return found.chain(view -> WorkerThreadCall.call(() -> checks.history(view.id()))
                .map(history -> view.checked(history.isEmpty() ? null : history.getFirst(), history)));
    }

    private Uni<SourceView> view(ProtectedSource source) {
        String engine = source.config().engine().name().toLowerCase(Locale.ROOT);
        return view(source.ref(), engine, source.environment(), null);
    }

    private Uni<SourceView> view(RetiredSource source) {
        return view(source.ref(), source.engine(), source.environment(), source.retiredAt());
    }

    private Uni<SourceView> view(
            SourceRef source, String engine, @Nullable String environment, @Nullable Instant retired) {
        return latest.of(source.id())
                .map(found -> new SourceView(
                        source.id(),
                        source.name(),
                        engine,
                        environment,
                        retired,
                        found.last(),
                        found.proven(),
                        null,
                        null));
    }

    /**
     * A source as REST shows it.
     *
     * @param retired when the source left the configuration; absent while it is configured
     * @param check the last check: whether a backup could be opened
     * @param checks those of the last hour, newest first; only of a single source
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SourceView(
            SourceId id,
            String name,
            String engine,
            @Nullable String environment,
            @Nullable Instant retired,
            @Nullable BackupView lastBackup,
            @Nullable BackupView lastProven,
            @Nullable SourceCheckResult check,
            @Nullable List<SourceCheckResult> checks) {
        SourceView checked(@Nullable SourceCheckResult newest, @Nullable List<SourceCheckResult> history) {
            return new SourceView(id, name, engine, environment, retired, lastBackup, lastProven, newest, history);
        }
    }
}
