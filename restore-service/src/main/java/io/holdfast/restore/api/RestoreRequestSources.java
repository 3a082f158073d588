package io.holdfast.restore.api;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.eventing.authorization.RequestedSources;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreRepository;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/** The sources that a request for a restore reads, and those on whose servers it writes. */
@ApplicationScoped
class RestoreRequestSources implements RequestedSources<RestoreRequest> {
    private final RestoreRepository restoreRepository;
    private final TransactionRunner transactions;

    RestoreRequestSources(RestoreRepository restoreRepository, TransactionRunner transactions) {
        this.restoreRepository = restoreRepository;
        this.transactions = transactions;
    }

    @Override
    public Uni<Set<String>> of(RestoreRequest asked) {
        return switch (asked) {
            case RestoreRequest.Requested request -> Uni.createFrom().item(named(request));
            case RestoreRequest.CancellationRequested request -> ofRestore(request.restoreId());
            case RestoreRequest.RollbackRequested request -> ofRestore(request.restoreId());
        };
    }

    private Uni<Set<String>> ofRestore(RestoreId id) {
        return transactions
                .run(session -> restoreRepository.get(session, id))
                .map(RestoreRequestSources::named)
                .onFailure(HoldfastException.class)
                .recoverWithItem(Set.of());
    }

    private static Set<String> named(Restore restore) {
        return named(restore.wish().request());
    }

    /** Which source is on the server of a URL is not known here: such a target takes a role on all sources. */
    private static Set<String> named(RestoreRequest.Requested request) {
        return switch (request.target()) {
            case RestoreTarget.New target ->
                target.server() == null ? Set.of(request.source()) : both(request.source(), target.server());
            case RestoreTarget.Url target -> Set.of();
            case RestoreTarget.Replace target -> Set.of(request.source());
            case RestoreTarget.Merge target -> Set.of(request.source());
        };
    }

    private static Set<String> both(String source, String server) {
        return source.equals(server) ? Set.of(source) : Set.of(source, server);
    }
}
