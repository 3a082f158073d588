package io.holdfast.backup.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.rest.PageCursor;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
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
    @Operation(summary = "All protected databases")
    public Uni<PageCursor.Page<SourceView>> list() {
        return Multi.createFrom()
                .iterable(sourceRegistry.all())
                .onItem()
                .transformToUniAndConcatenate(this::view)
                .collect()
                .asList()
                .map(views -> new PageCursor.Page<>(views, null));
    }

    @GET
    @Path("{name}")
    @Operation(summary = "One protected database")
    public Uni<SourceView> show(String name) {
        return view(sourceRegistry.named(name));
    }

    private Uni<SourceView> view(ProtectedSource source) {
        String name = source.ref().name();
        return latest.of(source.ref().id())
                .map(found -> new SourceView(
                        source.ref().id(),
                        name,
                        source.config().engine().name().toLowerCase(Locale.ROOT),
                        source.environment(),
                        found.last(),
                        found.proven()));
    }

    /** A source as REST shows it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SourceView(
            SourceId id,
            String name,
            String engine,
            @Nullable String environment,
            @Nullable BackupView lastBackup,
            @Nullable BackupView lastProven) {}
}
