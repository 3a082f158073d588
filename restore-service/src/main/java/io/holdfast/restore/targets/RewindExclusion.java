package io.holdfast.restore.targets;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.RewindProgress;
import io.holdfast.restore.domain.RewindTimes;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * A provider's restore takes everything on its project back, so that what another restore writes there meanwhile would be lost, and two
 * of them could not be told apart.
 */
@ApplicationScoped
public class RewindExclusion {
    private static final Set<RestoreState> SINCE_SAFETY = EnumSet.of(
            RestoreState.SAFETY,
            RestoreState.MAINTENANCE_ON,
            RestoreState.APPLYING,
            RestoreState.HEALTH,
            RestoreState.MAINTENANCE_OFF,
            RestoreState.ROLLING_BACK);

    private final RestoreRepository restoreRepository;
    private final LiveProjects projects;
    private final RewindTimes times;
    private final InstantSource clock;

    public RewindExclusion(
            RestoreRepository restoreRepository, LiveProjects projects, RewindTimes times, InstantSource clock) {
        this.restoreRepository = restoreRepository;
        this.projects = projects;
        this.times = times;
        this.clock = clock;
    }

    /** Fails with REQUEST_CONFLICT if the project of this server goes back, from its safety backup to its end. */
    public Uni<Void> refuseDuring(Mutiny.Session session, String server) {
        return restoreRepository
                .underWay(session)
                .invoke(all -> {
                    Set<String> together = projects.together(server);
                    all.stream()
                            .filter(it -> it.kind() == RestoreKind.REWIND && SINCE_SAFETY.contains(it.state()))
                            .filter(it -> together.contains(it.server()) || isOfProject(it, server))
                            .findFirst()
                            .ifPresent(rewind -> {
                                throw conflict(
                                        server,
                                        "restore " + rewind.id() + " (" + rewind.state()
                                                + ") takes the whole Supabase project of"
                                                + " source \"" + server
                                                + "\" back, and what another restore writes there would be"
                                                + " lost; wait until it has ended");
                            });
                })
                .replaceWithVoid();
    }

    private boolean isOfProject(Restore rewind, String server) {
        return projects.reference(server)
                .filter(project -> project.equals(rewind.wish().request().confirmProject()))
                .isPresent();
    }

    /** Fails with REQUEST_CONFLICT if Supabase may yet carry out the request of an earlier restore of this project. */
    public Uni<Void> refuseUnresolved(Mutiny.Session session, String project) {
        return restoreRepository
                .rewindsEndedSince(session, clock.instant().minus(times.within()))
                .invoke(ended -> ended.stream()
                        .filter(it -> mayStillRestore(it, project))
                        .findFirst()
                        .ifPresent(it -> {
                            throw conflict(
                                    project,
                                    "restore " + it.id() + " has requested that Supabase takes project " + project
                                            + " back, and it was not seen to happen: Supabase may do it yet, and two"
                                            + " restores could not be told apart; look at Database, Backups in"
                                            + " Supabase's dashboard, restore there, or request the restore again "
                                            + times.within() + " after that one has ended");
                        }))
                .replaceWithVoid();
    }

    private static boolean mayStillRestore(Restore ended, String project) {
        RewindProgress progress = ended.account().rewind();
        return progress != null && progress.project().equals(project) && progress.mayStillRestore();
    }

    /** Fails with TARGET_BUSY if other restores go to the same project: what they write would be lost, or lies in between. */
    public Uni<Void> refuseOthers(Mutiny.Session session, Restore restore) {
        return restoreRepository
                .underWay(session)
                .invoke(all -> {
                    Set<String> together = projects.together(restore.source().name());
                    List<Restore> others = all.stream()
                            .filter(other -> !other.id().equals(restore.id()) && together.contains(other.server()))
                            .toList();
                    if (!others.isEmpty()) {
                        throw HoldfastException.about(
                                restore.database(),
                                FailureCode.TARGET_BUSY,
                                "other restores go to the same project: "
                                        + others.stream()
                                                .map(other -> other.id().toString())
                                                .collect(Collectors.joining(", "))
                                        + "; wait until they have ended, or cancel them");
                    }
                })
                .replaceWithVoid();
    }

    private static HoldfastException conflict(String about, String message) {
        return HoldfastException.about(about, FailureCode.REQUEST_CONFLICT, message);
    }
}
