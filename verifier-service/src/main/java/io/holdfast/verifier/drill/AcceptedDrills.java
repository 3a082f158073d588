package io.holdfast.verifier.drill;

import io.holdfast.access.Permission;
import io.holdfast.config.ApprovalPolicy;
import io.holdfast.config.Durations;
import io.holdfast.config.EngineType;
import io.holdfast.config.SourceConfig;
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
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.holdfast.verifier.scratch.KeptCopies;
import io.holdfast.verifier.verification.AcceptedRequest;
import io.holdfast.verifier.verification.DrillRequests;
import io.holdfast.verifier.verification.VerifierVaultProvider;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Which requests for drills are accepted. */
@ApplicationScoped
class AcceptedDrills implements DrillRequests {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(24);

    private final Drills drills;
    private final KeptCopies keptCopies;
    private final VerifierVaultProvider vault;
    private final Authorizer authorizer;
    private final TransactionRunner transactionRunner;
    private final LiveConfig live;

    AcceptedDrills(
            Drills drills,
            KeptCopies keptCopies,
            VerifierVaultProvider vault,
            Authorizer authorizer,
            TransactionRunner transactionRunner,
            LiveConfig live) {
        this.drills = drills;
        this.keptCopies = keptCopies;
        this.vault = vault;
        this.authorizer = authorizer;
        this.transactionRunner = transactionRunner;
        this.live = live;
    }

    @Override
    public Uni<Function<Mutiny.Session, Uni<? extends AcceptedRequest>>> prepared(
            VerificationRequest.DrillRequested request, ReceivedMessage<VerificationRequest> message) {
        String source = request.source();
        authorizer.of(message.principal()).require(Permission.VERIFY, source, () -> unknown(source));
        DrillRequest drill = new DrillRequest(
                source,
                kind(request.kind()),
                request.backup(),
                null,
                message.sender(),
                message.correlation(),
                keep(request.keep(), source));
        return known(source)
                .chain(() -> staging(drill, message))
                .chain(() -> belongs(request.backup(), source))
                .chain(() -> drill.keep() == null ? Uni.createFrom().voidItem() : noCopyYet(source))
                .map(ignored -> session -> drills.begin(session, drill));
    }

    /** Whoever may restore the staging source may have its database replaced. */
    private Uni<Void> staging(DrillRequest drill, ReceivedMessage<VerificationRequest> message) {
        if (!drill.kind().equals(DrillReport.STAGING)) {
            return Uni.createFrom().voidItem();
        }
        if (drill.keep() != null) {
            throw refused("the copy of a drill of kind staging replaces the staging database");
        }
        return WorkerThreadCall.call(() -> StagingTarget.of(live.current(), drill.source()))
                .invoke(staging -> authorizer.of(message.principal()).require(Permission.RESTORE, staging.source()))
                .replaceWithVoid();
    }

    private @Nullable Duration keep(@Nullable String text, String source) {
        if (text == null) {
            return null;
        }
        Duration keep = duration(text);
        if (keptCopies.server().isEmpty()) {
            throw refused("the scratch cluster of a drill has no network and ends with it; name a scratch server"
                    + " (scratch.postgres) to keep a copy there");
        }
        SourceConfig config = live.current().sources().get(source);
        if (config == null || config.engine() != EngineType.POSTGRES) {
            throw refused("only the copy of a configured PostgreSQL source can be kept");
        }
        if (config.approval().export() == ApprovalPolicy.REQUIRED) {
            throw refused(
                    "source \"" + source + "\" requires approval of exports (approval.export), and a kept copy would"
                            + " give access to its rows without approval");
        }
        return keep;
    }

    /** Copies take up the disk of the scratch server. Two requests at the same time may both pass. */
    private Uni<Void> noCopyYet(String source) {
        return transactionRunner
                .run(session -> drills.keeping(session, source))
                .invoke(found -> found.ifPresent(other -> {
                    throw refused("drill " + other.id() + " of source \"" + source + "\" keeps one, or will"
                            + (other.copyUntil() == null ? "" : ", until " + other.copyUntil()));
                }))
                .replaceWithVoid();
    }

    private static Duration duration(String text) {
        Duration keep;
        try {
            keep = Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw HoldfastException.about("keep", FailureCode.REQUEST_INVALID, "keep: " + e.getMessage());
        }
        if (keep.compareTo(SHORTEST) < 0 || keep.compareTo(LONGEST) > 0) {
            throw HoldfastException.about(
                    "keep",
                    FailureCode.REQUEST_INVALID,
                    "keep is " + text + "; it must be from " + SHORTEST.toMinutes() + "m to " + LONGEST.toHours()
                            + "h");
        }
        return keep;
    }

    private static HoldfastException refused(String why) {
        return HoldfastException.about("keep", FailureCode.REQUEST_CONFLICT, "the copy cannot be kept: " + why);
    }

    private static String kind(@Nullable String kind) {
        String wanted = kind == null ? DrillReport.RESTORE_TEST : kind;
        return switch (wanted) {
            case DrillReport.RESTORE_TEST, DrillReport.TOTAL_LOSS, DrillReport.STAGING -> wanted;
            default ->
                throw HoldfastException.about(
                        wanted,
                        FailureCode.REQUEST_INVALID,
                        "\"" + wanted + "\" is not a kind of drill; use " + DrillReport.RESTORE_TEST + ", "
                                + DrillReport.TOTAL_LOSS + " or " + DrillReport.STAGING);
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
