package io.holdfast.restore.switchover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.postgres.RewindTarget;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestorePlan;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreSpec;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.RewindProgress;
import io.holdfast.restore.domain.RewindTimes;
import io.holdfast.restore.plan.BackupCriterion;
import io.holdfast.restore.plan.RestoreRequestValidator;
import io.holdfast.restore.targets.LiveProject;
import io.holdfast.restore.targets.LiveProjects;
import io.holdfast.restore.targets.RewindExclusion;
import io.holdfast.supabase.ProjectStatus;
import io.holdfast.supabase.RestoreAnswer;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a restore makes of a project, its configuration and its own worker, whenever these change. */
@SuppressWarnings("NullAway") // without a session and an outbox
class RewindStepTest {
    private static final String PROJECT = "abcdefghijklmnopqrst";
    private static final SourceRef PORTAL = new SourceRef(SourceId.next(InstantSource.system()), "portal");
    private static final Duration SETTLES = Duration.ofMinutes(10);

    private Instant now = Instant.parse("2026-01-15T12:00:00Z");
    private final Instant second = now.minusSeconds(3600);
    private final InstantSource clock = () -> now;
    private final RewindTimes times =
            new RewindTimes(Duration.ofSeconds(5), Duration.ofSeconds(10), SETTLES, Duration.ofHours(12));
    private final Project project = new Project();
    private final Projects projects = new Projects();
    private final Restores restores = new Restores();
    private final Held lease = new Held();
    private final RewindExclusion exclusion = new RewindExclusion(restores, projects, times, clock);
    private @Nullable HoldfastException unusable;
    private final RewindStep step = new RewindStep(
            restores,
            projects,
            exclusion,
            new RewindObserver(projects),
            new SafetyBackups(restores, null, null, null, times, clock) {
                @Override
                void ensureUsable(Restore restore) {
                    if (unusable != null) {
                        throw unusable;
                    }
                }
            },
            times,
            clock);
    private final Restore restore = restores.subject;

    private Restore restore(String server, RestoreState... states) {
        var request = new RestoreRequest.Requested(
                server,
                null,
                second,
                null,
                new RestoreTarget.Replace(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                true,
                null,
                null,
                PROJECT);
        var admitted = new RestoreRequestValidator.Admitted(
                PORTAL, BackupCriterion.of(request), "portal", server, false, true);
        Restore made =
                Restore.requested(RestoreId.next(clock), PORTAL, RestoreSpec.of(request, admitted, "ann"), null, now);
        for (RestoreState state : states) {
            made.enter(state, now);
        }
        made.account().plan(new RestorePlan(null, second, null, List.of(), List.of(), 0, 0, false, null, null, null));
        return made;
    }

    /** A project whose database has the mark until it is restored. */
    private final class Project implements LiveProject {
        private String reference = PROJECT;
        private String database = "postgres@db:5432/portal";
        private String status = "ACTIVE_HEALTHY";
        private boolean marked;
        private @Nullable Instant newest;
        private @Nullable HoldfastException broken;
        private Runnable beforeSending = () -> {};
        private RestoreAnswer answer = new RestoreAnswer.Accepted();
        private int sent;

        @Override
        public String reference() {
            return reference;
        }

        @Override
        public String database() {
            return database;
        }

        @Override
        public ProjectStatus status() {
            return new ProjectStatus(status);
        }

        @Override
        public Instant covered(Instant at) {
            return at;
        }

        @Override
        public RestoreAnswer restore(Instant at, Runnable check) {
            try {
                beforeSending.run();
                check.run();
            } catch (HoldfastException e) {
                if (e.code().category() == FailureCode.Category.WORKER) {
                    throw e;
                }
                return new RestoreAnswer.Refused(e);
            }
            sent++;
            return answer;
        }

        @Override
        public RewindTarget.Server server() {
            return new RewindTarget.Server(List.of("portal"), List.of(), List.of(), newest);
        }

        @Override
        public void mark(UUID id) {
            marked = true;
        }

        @Override
        public boolean isMarked(UUID id) {
            if (broken != null) {
                throw broken;
            }
            return marked;
        }

        @Override
        public @Nullable Instant newestCommit() {
            return newest;
        }
    }

    private final class Projects implements LiveProjects {
        @Override
        public LiveProject project(String source) {
            return project;
        }

        @Override
        public Optional<String> reference(String source) {
            return source.equals("elsewhere") ? Optional.empty() : Optional.of(PROJECT);
        }

        @Override
        public Set<String> together(String source) {
            return source.equals("elsewhere") ? Set.of(source) : Set.of("portal", "beside");
        }
    }

    /** One restore, and others. */
    private final class Restores extends RestoreRepository {
        private final Restore subject = restore(
                "portal",
                RestoreState.PREFLIGHT,
                RestoreState.SAFETY,
                RestoreState.MAINTENANCE_ON,
                RestoreState.APPLYING);
        private final List<Restore> others = new ArrayList<>();
        private final List<Restore> ended = new ArrayList<>();

        Restores() {
            super(null, source -> "", clock);
        }

        @Override
        public Uni<Restore> get(Mutiny.Session session, RestoreId id) {
            return Uni.createFrom().item(subject);
        }

        @Override
        public Uni<List<Restore>> underWay(Mutiny.Session session) {
            List<Restore> all = new ArrayList<>(others);
            all.add(subject);
            return Uni.createFrom().item(all);
        }

        @Override
        public Uni<List<Restore>> rewindsEndedSince(Mutiny.Session session, Instant since) {
            return Uni.createFrom()
                    .item(ended.stream()
                            .filter(it -> Objects.requireNonNull(it.endedAt()).isAfter(since))
                            .toList());
        }

        @Override
        public Uni<Void> tell(Mutiny.Session session, Restore it, RestoreEvent event) {
            return Uni.createFrom().voidItem();
        }
    }

    private static final class Held implements Lease {
        private boolean lost;

        @Override
        public UUID jobId() {
            return new UUID(0, 1);
        }

        @Override
        public String subject() {
            return "a restore";
        }

        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public void ensureHeld() {
            if (lost) {
                throw HoldfastException.of(FailureCode.LEASE_LOST, "lost");
            }
        }

        @Override
        public <T> T commit(Function<Mutiny.Session, Uni<T>> work) {
            ensureHeld();
            return work.apply(null).await().indefinitely();
        }

        @Override
        public <T> T complete(Function<Mutiny.Session, Uni<T>> work) {
            return commit(work);
        }

        @Override
        public <T> T postpone(Duration delay, Function<Mutiny.Session, Uni<T>> work) {
            return commit(work);
        }
    }

    private HoldfastException failure() {
        return catchThrowableOfType(HoldfastException.class, () -> step.apply(restore, lease));
    }

    private RewindProgress progress() {
        return Objects.requireNonNull(restore.account().rewind());
    }

    private String note() {
        return restore.steps().getLast().detail();
    }

    private void later(Duration time) {
        now = now.plus(time);
    }

    @Test
    void onlyTheConfirmedProjectIsAsked() {
        project.reference = "zzzzzzzzzzzzzzzzzzzz";

        assertThat(failure().code()).isEqualTo(FailureCode.TARGET_CHANGED);
        assertThat(project.sent).isZero();
        assertThat(restore.account().rewind()).isNull();
        assertThat(step.undo(restore, lease)).isFalse();
    }

    @Test
    void nothingIsSentWithoutAUsableSafetyBackup() {
        unusable = HoldfastException.of(FailureCode.SAFETY_BACKUP_FAILED, "too old");

        assertThat(failure().code()).isEqualTo(FailureCode.SAFETY_BACKUP_FAILED);
        assertThat(project.sent).isZero();
        assertThat(restore.account().rewind()).isNull();
    }

    @Test
    void anotherDatabaseOfAChangedConfigurationIsNotTheRestoredOne() {
        assertThat(step.apply(restore, lease)).isFalse();
        project.database = "postgres@elsewhere:5432/portal";
        project.marked = false;

        assertThat(step.apply(restore, lease)).isFalse();
        assertThat(note()).contains("configuration of source \"portal\" was changed");

        project.database = progress().database();
        assertThat(step.apply(restore, lease)).isTrue();
        assertThat(restore.state()).isEqualTo(RestoreState.HEALTH);
        assertThat(project.sent).isOne();
    }

    @Test
    void aConfirmedRequestMayBeginHoursLater() {
        step.apply(restore, lease);
        step.apply(restore, lease);
        later(Duration.ofHours(11));

        assertThat(step.apply(restore, lease)).isFalse();
        assertThatThrownBy(() -> step.undo(restore, lease)).hasMessageContaining("may carry the request out yet");

        project.marked = false;
        assertThat(step.apply(restore, lease)).isTrue();
    }

    @Test
    void aRequestThatWasNotConfirmedIsLostAfterItHasSettledAndNotBefore() {
        project.answer = new RestoreAnswer.Unknown("no answer");
        step.apply(restore, lease);

        assertThatThrownBy(() -> step.undo(restore, lease)).hasMessageContaining("may carry the request out yet");
        step.apply(restore, lease);
        later(SETTLES);

        assertThat(failure().code()).isEqualTo(FailureCode.RECOVERY_FAILED);
        assertThat(step.undo(restore, lease)).isFalse();
        assertThat(project.sent).isOne();
    }

    @Test
    void aWorkerThatWasPausedBeforeItSendsSendsNothing() {
        project.beforeSending = () -> later(Duration.ofMinutes(1));
        assertThat(failure().code()).isEqualTo(FailureCode.TARGET_UNREACHABLE);
        assertThat(progress().requestedAt()).isNull();

        project.beforeSending = () -> lease.lost = true;
        assertThat(failure().code()).isEqualTo(FailureCode.LEASE_LOST);
        assertThat(progress().requestedAt()).as("the next worker observes").isNotNull();
        assertThat(project.sent).isZero();
    }

    @Test
    void aRequestIsRecordedOnce() {
        step.apply(restore, lease);

        assertThatThrownBy(() -> restore.rewindRequested(progress())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCancelledStatementSaysNothingOfTheRestore() {
        step.apply(restore, lease);
        project.broken = HoldfastException.of(FailureCode.CANCELLED, "looking was cancelled");

        assertThat(step.apply(restore, lease)).isFalse();

        lease.lost = true;
        assertThat(failure().code()).isEqualTo(FailureCode.LEASE_LOST);
    }

    @Test
    void aCommitBetweenTheSecondAndTheRequestShowsThatAnotherInstantWasRestored() {
        step.apply(restore, lease);
        project.marked = false;
        project.newest = second.plusSeconds(60);

        assertThat(failure().code()).isEqualTo(FailureCode.POINT_NOT_REACHED);
        assertThatThrownBy(() -> step.undo(restore, lease)).hasMessageContaining("safety backup");

        project.newest = now.plusSeconds(60); // such as of a job of the restored server
        assertThat(step.apply(restore, lease)).isTrue();
    }

    @Test
    void aRestoreThatWasNeverConfirmedSaysSo() {
        project.answer = new RestoreAnswer.Unknown("no answer");
        step.apply(restore, lease);
        project.marked = false;

        step.apply(restore, lease);

        assertThat(restore.steps().get(restore.steps().size() - 2).detail()).contains("never confirmed the request");
    }

    @Test
    void anEarlierRestoreThatSupabaseMayYetCarryOutComesFirst() {
        Restore earlier = restore(
                "portal",
                RestoreState.PREFLIGHT,
                RestoreState.SAFETY,
                RestoreState.MAINTENANCE_ON,
                RestoreState.APPLYING,
                RestoreState.ROLLING_BACK);
        earlier.account()
                .rewind(RewindProgress.to(second, PROJECT, project.database).requested(now));
        earlier.failed(
                HoldfastException.of(FailureCode.RECOVERY_FAILED, "not seen").reason(), now);
        restores.ended.add(earlier);

        assertThat(failure().code()).isEqualTo(FailureCode.REQUEST_CONFLICT);
        assertThat(project.sent).isZero();

        later(Duration.ofHours(12));
        assertThat(step.apply(restore, lease)).isFalse();
        assertThat(project.sent).isOne();
    }

    @Test
    void otherRestoresOfTheProjectAndItsRestoreExcludeEachOther() {
        restores.others.add(restore("beside", RestoreState.PREFLIGHT, RestoreState.LOADING));
        assertThat(failure().code()).isEqualTo(FailureCode.TARGET_BUSY);
        assertThat(project.sent).isZero();

        for (String server : List.of("portal", "beside")) {
            assertThat(catchThrowableOfType(
                                    HoldfastException.class,
                                    () -> exclusion
                                            .refuseDuring(null, server)
                                            .await()
                                            .indefinitely())
                            .code())
                    .isEqualTo(FailureCode.REQUEST_CONFLICT);
        }
        exclusion.refuseDuring(null, "elsewhere").await().indefinitely();
    }
}
