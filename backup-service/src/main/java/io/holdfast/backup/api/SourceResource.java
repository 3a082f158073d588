package io.holdfast.backup.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.RetiredSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.rest.PageCursor;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
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

    SourceResource(SourceRegistry sourceRegistry, LatestBackupQuery latest) {
        this.sourceRegistry = sourceRegistry;
        this.latest = latest;
    }

    @GET
    @Operation(
            summary = "All protected databases, then the retired ones",
            description = "A retired source is not in holdfast.yaml any more; its backups remain.")
    public Uni<PageCursor.Page<SourceView>> list() {
        Multi<Uni<SourceView>> views = Multi.createBy()
                .concatenating()
                .streams(
                        Multi.createFrom().iterable(sourceRegistry.all()).map(this::view),
                        Multi.createFrom().iterable(sourceRegistry.retired()).map(this::view));
        return views.onItem()
                .transformToUniAndConcatenate(view -> view)
                .collect()
                .asList()
                .map(found -> new PageCursor.Page<>(found, null));
    }

    @GET
    @Path("{name}")
    @Operation(summary = "One protected or retired database")
    public Uni<SourceView> show(String name) {
        return sourceRegistry.retired(name).map(this::view).orElseGet(() -> view(sourceRegistry.named(name)));
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
                        source.id(), source.name(), engine, environment, retired, found.last(), found.proven()));
    }

    /**
     * A source as REST shows it.
     *
     * @param retired when the source left the configuration; absent while it is configured
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SourceView(
            SourceId id,
            String name,
            String engine,
            @Nullable String environment,
            @Nullable Instant retired,
            @Nullable BackupView lastBackup,
            @Nullable BackupView lastProven) {}
}
