package io.holdfast.restore.switchover;

import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.ConfigurationEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreDetails;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestorePlan;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.RewindTimes;
import io.holdfast.restore.domain.SwitchoverState;
import io.holdfast.restore.plan.RestoreVaultProvider;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Proof;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The backup that a restore can go back to. It is requested over Kafka like any other, and known by its correlation; its
 * outcome arrives as an event. A restore whose event does not come ends after {@code platform.safety}, with nothing written.
 */
@ApplicationScoped
public class SafetyBackups {
    private static final Logger LOG = Logger.getLogger(SafetyBackups.class);
    public static final String CORRELATION = "safety-of-";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    /** Between the clocks of this service and of backup-service. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

    /** Beyond {@code platform.safety}: maintenance begins, and attempts are repeated. */
    private static final Duration UNTIL_REWIND = Duration.ofMinutes(5);

    private static final String REQUESTED = "requested";

    private final RestoreRepository restoreRepository;
    private final Outbox outbox;
    private final RestoreVaultProvider vaults;
    private final LiveConfig live;
    private final RewindTimes times;
    private final InstantSource clock;

    SafetyBackups(
            RestoreRepository restoreRepository,
            Outbox outbox,
            RestoreVaultProvider vaults,
            LiveConfig live,
            RewindTimes times,
            InstantSource clock) {
        this.restoreRepository = restoreRepository;
        this.outbox = outbox;
        this.vaults = vaults;
        this.live = live;
        this.times = times;
        this.clock = clock;
    }

    /**
     * Before anything is written into a live database.
     *
     * @return whether to go on now; otherwise the job was put off
     * @throws HoldfastException SAFETY_BACKUP_FAILED
     */
    boolean before(Restore restore, Lease lease) {
        String why = restore.wish().request().withoutSafety();
        if (why != null) {
            goOn(restore, lease, "none, because " + why);
            return true;
        }
        if (restore.account().safety() == null) {
            RestorePlan plan = restore.account().plan();
            List<String> tables = plan == null ? null : plan.safety();
            lease.postpone(LOOK_AGAIN, session -> request(session, restore.id(), null, tables));
            return false;
        }
        Instant asked = restore.steps().getLast().startedAt();
        try {
            return answered(restore, asked, lease);
        } catch (HoldfastException e) {
            boolean vault = e.code().category() == FailureCode.Category.VAULT
                    && e.code().isTransient();
            if (restore.kind() != RestoreKind.REWIND || !vault || isOver(asked)) {
                throw e;
            }
            LOG.infof("restore %s looks for the proof of its safety backup again: %s", restore.id(), e.getMessage());
            lease.postpone(times.proofLook(), session -> Uni.createFrom().voidItem());
            return false;
        }
    }

    /** Asks for a backup of all that a switch put aside. */
    Uni<Restore> ofKept(Mutiny.Session session, RestoreId id) {
        return request(session, id, SwitchoverState.kept(id), null);
    }

    private Uni<Restore> request(
            Mutiny.Session session, RestoreId id, @Nullable String database, @Nullable List<String> tables) {
        return restoreRepository.get(session, id).call(restore -> {
            String source = restore.source().name();
            restore.account().safety(REQUESTED, null);
            var asked = new BackupRequest.Requested(
                    source, List.of("safety", label(id)), BackupKind.SAFETY, database, tables);
            return outbox.publish(
                    session,
                    new OutboxEvent(
                            Topic.BACKUP_REQUESTS,
                            asked,
                            CORRELATION + id,
                            source,
                            null,
                            CORRELATION + id,
                            id.toString()));
        });
    }

    private boolean answered(Restore restore, Instant asked, Lease lease) {
        if (refuted(restore, lease)) {
            return false;
        }
        BackupId claimed = restore.account().safetyBackup();
        if (claimed != null && !awaitsProof(restore, claimed)) {
            goOn(restore, lease, "backup " + claimed);
            return true;
        }
        if (claimed != null && !isOver(asked)) {
            lease.postpone(times.proofLook(), session -> Uni.createFrom().voidItem());
            return false;
        }
        if (claimed != null) {
            throw unproven(
                    restore, claimed, "not within " + live.current().platform().safety() + " (platform.safety)");
        }
        String said = restore.account().safety();
        if (!REQUESTED.equals(said)) {
            throw HoldfastException.about(
                    restore.source().name(),
                    FailureCode.SAFETY_BACKUP_FAILED,
                    "the safety backup was not made, so nothing was written: " + said);
        }
        if (isOver(asked)) {
            throw HoldfastException.about(
                    restore.source().name(),
                    FailureCode.SAFETY_BACKUP_FAILED,
                    "the safety backup was not made within "
                            + live.current().platform().safety() + ", so nothing was written; is backup-service up?");
        }
        lease.postpone(LOOK_AGAIN, session -> Uni.createFrom().voidItem());
        return false;
    }

    /** Nothing else than this backup brings back what a provider's restore takes away: it has to be restorable. */
    private boolean awaitsProof(Restore restore, BackupId backup) {
        if (restore.kind() != RestoreKind.REWIND) {
            return false;
        }
        List<Proof> proofs = vaults.open().proofs(restore.source().id(), backup);
        if (proofs.stream().anyMatch(proof -> proof.outcome() == Proof.Outcome.FAILED)) {
            throw unproven(
                    restore, backup, "its proof failed: " + proofs.getLast().summary());
        }
        return proofs.stream().noneMatch(proof -> proof.outcome() == Proof.Outcome.PROVEN);
    }

    /**
     * Right before a provider takes the live server back: the safety backup is in the vault, proven, whole and recent.
     *
     * @throws HoldfastException SAFETY_BACKUP_FAILED, or what the vault fails with
     */
    void ensureUsable(Restore restore) {
        BackupId backup = restore.account().safetyBackup();
        if (backup == null) {
            throw unusable(restore, "there is no safety backup");
        }
        BackupContents contents = contents(restore, backup);
        if (contents == null || awaitsProof(restore, backup)) {
            throw unusable(
                    restore,
                    "the safety backup " + backup + " is no longer "
                            + (contents == null ? "in the vault, or not that of this restore" : "proven"));
        }
        if (!contents.scope().whole()) {
            throw unusable(
                    restore,
                    "the safety backup " + backup + " is of a part of the database, because scope of the source was"
                            + " changed");
        }
        Duration limit = live.current().platform().safety().plus(UNTIL_REWIND);
        if (contents.startedAt().isBefore(clock.instant().minus(limit))) {
            throw unusable(
                    restore,
                    "the safety backup " + backup + " was begun at " + contents.startedAt() + ", more than " + limit
                            + " ago (platform.safety)");
        }
    }

    private static HoldfastException unusable(Restore restore, String why) {
        return HoldfastException.about(
                restore.source().name(),
                FailureCode.SAFETY_BACKUP_FAILED,
                why + ", so Supabase was not asked and nothing was changed; request the restore again");
    }

    private static HoldfastException unproven(Restore restore, BackupId backup, String why) {
        return HoldfastException.about(
                restore.source().name(),
                FailureCode.SAFETY_BACKUP_FAILED,
                "the safety backup " + backup + " was not proven, so nothing was changed: " + why
                        + "; is verifier-service up? `holdfast verify " + backup + "` tells more");
    }

    /**
     * Postpones the job and returns true if an event named a safety backup that the vault does not confirm. The restore
     * then waits for the event of the true one.
     */
    boolean refuted(Restore restore, Lease lease) {
        BackupId claimed = restore.account().safetyBackup();
        if (claimed == null || isInVault(restore, claimed)) {
            return false;
        }
        LOG.warnf(
                "restore %s: an event names backup %s as its safety backup, but the vault does not confirm it; the restore"
                        + " continues to wait; check which clients may write to %s",
                restore.id(), claimed, Topic.BACKUP_EVENTS.topicName());
        lease.postpone(
                LOOK_AGAIN,
                session -> restoreRepository
                        .change(session, restore.id(), it -> it.account().safetyRefuted(REQUESTED))
                        .replaceWithVoid());
        return true;
    }

    /**
     * Returns whether the vault has that backup, made for this restore, after it asked, and of all that it asked for: events
     * are unsigned, and nothing may be written into live data because of one.
     */
    private boolean isInVault(Restore restore, BackupId backup) {
        return contents(restore, backup) != null;
    }

    /** Null if it is not that backup. */
    private @Nullable BackupContents contents(Restore restore, BackupId backup) {
        try {
            BackupContents contents =
                    vaults.open().manifest(restore.source().id(), backup).contents();
            boolean made = contents.kind().equalsIgnoreCase(BackupKind.SAFETY.name())
                    && contents.labels().contains(label(restore.id()))
                    && !contents.startedAt().isBefore(asked(restore).minus(CLOCK_SKEW))
                    && (asksForTables(restore)
                            || !Boolean.TRUE.equals(contents.scope().narrowed()));
            return made ? contents : null;
        } catch (HoldfastException e) {
            if (e.code().isBackupFault()) {
                return null;
            }
            throw e;
        }
    }

    /** The beginning of the step that asked, or of the switch that put a database aside. */
    private static Instant asked(Restore restore) {
        Instant switched = restore.keeps() ? restore.switching().switchedAt() : null;
        return switched == null ? restore.began(RestoreState.SAFETY) : switched;
    }

    private static boolean asksForTables(Restore restore) {
        RestorePlan plan = restore.account().plan();
        return !restore.keeps() && plan != null && plan.safety() != null;
    }

    private static String label(RestoreId id) {
        return "before-restore-" + id;
    }

    boolean isOver(Instant asked) {
        return !clock.instant().isBefore(asked.plus(live.current().platform().safety()));
    }

    private void goOn(Restore restore, Lease lease, String how) {
        lease.commit(session -> restoreRepository.change(session, restore.id(), it -> {
            it.account().safety(how, it.account().safetyBackup());
            it.note("safety backup: " + how);
            it.enter(RestoreState.MAINTENANCE_ON, clock.instant());
        }));
    }

    /**
     * Whether the restore waits for this outcome. Events and correlations can be forged by whoever may request a backup: so
     * an outcome counts only after the request, from the restore's own source, and a refusal only of that request.
     */
    static boolean awaits(Restore restore, BackupEvent event) {
        if (restore.account().safetyBackup() != null
                || !REQUESTED.equals(restore.account().safety())) {
            return false;
        }
        return switch (event) {
            case BackupEvent.Completed e ->
                e.kind() == BackupKind.SAFETY
                        && e.source().id().equals(restore.source().id());
            case BackupEvent.Failed e -> e.source().id().equals(restore.source().id());
            case BackupEvent.Cancelled e ->
                e.source().id().equals(restore.source().id());
            case io.holdfast.contracts.RequestRejected e ->
                e.requestId().equals(CORRELATION + restore.id()) && e.reason().code() != FailureCode.IDENTITY_REUSED;
            case BackupEvent.Started ignored -> false;
            case BackupEvent.Proven ignored -> false;
            case BackupEvent.Unproven ignored -> false;
            case BackupEvent.Held ignored -> false;
            case BackupEvent.Released ignored -> false;
            case BackupEvent.Deleted ignored -> false;
            case BackupEvent.SourceChanged ignored -> false;
            case SourceEvent ignored -> false;
            case ConfigurationEvent ignored -> false;
        };
    }

    /** What became of a backup that was asked for here, as it is told. */
    static @Nullable Outcome outcome(BackupEvent event) {
        return switch (event) {
            case BackupEvent.Completed e -> new Outcome(e.backupId(), "backup " + e.backupId());
            case BackupEvent.Failed e -> new Outcome(null, e.reason().message());
            case BackupEvent.Cancelled e -> new Outcome(null, "it was cancelled by " + e.cancelledBy());
            case io.holdfast.contracts.RequestRejected e ->
                new Outcome(null, e.reason().message());
            case BackupEvent.Started ignored -> null;
            case BackupEvent.Proven ignored -> null;
            case BackupEvent.Unproven ignored -> null;
            case BackupEvent.Held ignored -> null;
            case BackupEvent.Released ignored -> null;
            case BackupEvent.Deleted ignored -> null;
            case BackupEvent.SourceChanged ignored -> null;
            case SourceEvent ignored -> null;
            case ConfigurationEvent ignored -> null;
        };
    }

    /** @param backup null: there is none, and {@code said} says why */
    record Outcome(io.holdfast.contracts.@Nullable BackupId backup, String said) {
        void into(RestoreDetails restoreDetails) {
            restoreDetails.safety(said, backup);
        }
    }
}
