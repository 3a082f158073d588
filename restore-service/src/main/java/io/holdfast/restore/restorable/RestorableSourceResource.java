package io.holdfast.restore.restorable;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Sources over REST, as far as restores concern them. */
@Path("/api/sources")
@Tag(name = "Sources")
class RestorableSourceResource {
    private final RestorableSources restorableSources;
    private final TransactionRunner transactionRunner;
    private final Caller caller;

    RestorableSourceResource(RestorableSources restorableSources, TransactionRunner transactionRunner, Caller caller) {
        this.restorableSources = restorableSources;
        this.transactionRunner = transactionRunner;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.VIEW)
    @Operation(summary = "Whether the restoring role of each source has the rights for a restore, checked daily")
    public Uni<PageCursor.Page<RestorableSourceView>> list() {
        VisibleSources visible = caller.access().visible();
        return transactionRunner
                .run(restorableSources::all)
                .map(all -> new PageCursor.Page<>(
                        all.stream()
                                .filter(checked -> visible.contains(checked.source()))
                                .map(RestorableSourceView::of)
                                .toList(),
                        null));
    }

    /**
     * The latest check of one source.
     *
     * @param problems why it is not restorable, each with what to do
     */
    record RestorableSourceView(String source, boolean restorable, List<String> problems, Instant checkedAt) {
        static RestorableSourceView of(RestorableSource checked) {
            return new RestorableSourceView(
                    checked.source(), checked.restorable(), checked.problems(), checked.checkedAt());
        }
    }
}
