package io.holdfast.verifier.drill;

import io.holdfast.access.Permission;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationRequest;
import io.holdfast.drill.DrillReport;
import io.holdfast.eventing.access.Authorizer;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.holdfast.verifier.verification.AcceptedRequest;
import io.holdfast.verifier.verification.DrillRequests;
import io.holdfast.verifier.verification.VerifierVaultProvider;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Which requests for drills are accepted. */
@ApplicationScoped
class AcceptedDrills implements DrillRequests {
    private final Drills drills;
    private final VerifierVaultProvider vault;
    private final Authorizer authorizer;
    private final LiveConfig live;

    AcceptedDrills(Drills drills, VerifierVaultProvider vault, Authorizer authorizer, LiveConfig live) {
        this.drills = drills;
        this.vault = vault;
        this.authorizer = authorizer;
        this.live = live;
    }

    @Override
    public Uni<Function<Mutiny.Session, Uni<? extends AcceptedRequest>>> prepared(
            VerificationRequest.DrillRequested request, ReceivedMessage<VerificationRequest> message) {
        String source = request.source();
        authorizer.of(message.principal()).require(Permission.VERIFY, source, () -> unknown(source));
        DrillRequest drill = new DrillRequest(
                source, kind(request.kind()), request.backup(), null, message.sender(), message.correlation());
        return known(source)
                .chain(() -> belongs(request.backup(), source))
                .map(ignored -> session -> drills.begin(session, drill));
    }

    private static String kind(@Nullable String kind) {
        String wanted = kind == null ? DrillReport.RESTORE_TEST : kind;
        return switch (wanted) {
            case DrillReport.RESTORE_TEST -> wanted;
            case DrillReport.STAGING, DrillReport.TOTAL_LOSS ->
                throw HoldfastException.about(
                        wanted,
                        FailureCode.REQUEST_INVALID,
                        "this version holds no drills of kind " + wanted + "; " + DrillReport.RESTORE_TEST
                                + " restores into a throw-away database, and `holdfast restore SOURCE --into NAME` into"
                                + " one that stays");
            default ->
                throw HoldfastException.about(
                        wanted,
                        FailureCode.REQUEST_INVALID,
                        "\"" + wanted + "\" is no kind of drill; take " + DrillReport.RESTORE_TEST);
        };
    }

    /** A source that left the configuration still has its backups in the vault. */
    private Uni<Void> known(String source) {
        return live.current().sources().containsKey(source)
                ? Uni.createFrom().voidItem()
                : WorkerThreadCall.call(() -> vault.open().findSource(source).orElseThrow(() -> unknown(source)))
                        .replaceWithVoid();
    }

    private Uni<Void> belongs(@Nullable BackupId backup, String source) {
        return backup == null ? Uni.createFrom().voidItem() : isOf(source, backup);
    }

    private Uni<Void> isOf(String source, BackupId backup) {
        return WorkerThreadCall.call(() -> vault.sourceOf(backup)
                        .map(SourceRef::name)
                        .filter(source::equals)
                        .orElseThrow(() -> HoldfastException.about(
                                backup.toString(),
                                FailureCode.BACKUP_UNKNOWN,
                                "source \"" + source + "\" has no backup " + backup
                                        + " in the vault; `holdfast backups --source " + source
                                        + "` lists those there are")))
                .replaceWithVoid();
    }

    private static HoldfastException unknown(String source) {
        return HoldfastException.about(
                source,
                FailureCode.SOURCE_UNKNOWN,
                "source \"" + source
                        + "\" is neither configured nor in the vault; `holdfast sources` lists those there are");
    }

    @Override
    public Uni<AcceptedRequest> repeated(Mutiny.Session session, VerificationId id) {
        return drills.get(session, id)
                .call(drill -> drills.repeat(session, drill))
                .map(drill -> drill);
    }
}
