package io.holdfast.rds;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.pointintime.PointInTimeCopies;
import io.holdfast.engine.pointintime.PointInTimeCopy;
import io.holdfast.engine.pointintime.PointInTimeWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * New instances of Amazon RDS, or Aurora clusters with one instance, as databases of an instant. Amazon bills them until they are
 * deleted, and deletes none by itself. A copy has the name {@code holdfast-RESTORE}, and tags with source, restore and expiry; its
 * state is that of the whole second at the instant or before it. Amazon does not tell which instant a copy has reached.
 */
public final class RdsCopies implements PointInTimeCopies {
    private static final String PREFIX = "holdfast-";

    /** First often, because a stand-in or a small copy is soon there; Amazon needs a quarter of an hour or more. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final Duration POLL = Duration.ofSeconds(30);
    private static final int SOON_POLLS = 12;

    /** Looks in a row at an available copy: it may leave that state once more. */
    private static final int STEADY = 2;

    private final RdsSettings settings;
    private final PasswordSupplier password;
    private final InstantSource clock;
    private final Pause pause;
    private final RdsApi api;
    private final CopySteps steps;

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void pause(Duration time) throws InterruptedException;
    }

    /** @param password of the role on a copy, which has the passwords of its instant */
    public RdsCopies(RdsSettings settings, RdsCredentials credentials, PasswordSupplier password, InstantSource clock) {
        this(settings, credentials, password, clock, time -> Thread.sleep(time));
    }

    RdsCopies(
            RdsSettings settings,
            RdsCredentials credentials,
            PasswordSupplier password,
            InstantSource clock,
            Pause pause) {
        this.settings = settings;
        this.password = password;
        this.clock = clock;
        this.pause = pause;
        this.api = new RdsApi(settings, credentials);
        this.steps = switch (settings.source()) {
            case RdsSettings.Instance ignored -> new InstanceCopies(api, settings);
            case RdsSettings.Cluster ignored -> new ClusterCopies(api, settings);
        };
    }

    @Override
    public String provider() {
        return "rds";
    }

    @Override
    public String label(UUID restore) {
        return steps.kind() + " " + name(restore);
    }

    /** At most 63 characters, of which one is a hyphen and a digit of an Aurora instance. */
    private static String name(UUID restore) {
        return PREFIX + restore;
    }

    @Override
    public PointInTimeWindow window() {
        return steps.window();
    }

    @Override
    public List<String> plan(UUID restore, Instant at, Duration lifetime) {
        PointInTimeWindow window = covering(second(at));
        String size = steps.instanceClass();
        return List.of(
                label(restore) + " is made of " + settings.source().id() + " in " + settings.region()
                        + " with the state of " + second(at)
                        + (second(at).equals(at) ? "" : " (Amazon restores to whole seconds)")
                        + "; Amazon keeps the instants from " + window.from() + " to " + window.to(),
                "this creates an instance of class " + size
                        + " with the storage of the source: Amazon bills both from their creation, which takes a"
                        + " quarter of an hour or more, until they are deleted after the capture");
    }

    private static Instant second(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }

    private PointInTimeWindow covering(Instant at) {
        PointInTimeWindow window = window();
        if (!window.covers(at)) {
            throw HoldfastException.about(
                    settings.source().id(),
                    FailureCode.POINT_NOT_COVERED,
                    api.shown() + " keeps the instants from " + window.from() + " to " + window.to() + ", and not " + at
                            + "; choose one of them, wait some minutes if it is later, lengthen the backup retention"
                            + " period, or restore a backup");
        }
        return window;
    }

    @Override
    public PointInTimeCopy copy(UUID restore, Instant at, Instant expires, Runnable held) {
        String name = name(restore);
        Instant wanted = second(at);
        CopyTags tags = new CopyTags(settings.owner(), restore, expires);
        int steady = 0;
        for (int looks = 0; ; looks++) {
            held.run();
            Optional<CopySteps.Server> server = steps.advance(name, wanted, tags, () -> covering(wanted));
            steady = server.isPresent() ? steady + 1 : 0;
            if (steady == STEADY) {
                return copied(restore, server.orElseThrow(), wanted);
            }
            if (!clock.instant().isBefore(expires)) {
                throw HoldfastException.of(
                        FailureCode.SOURCE_UNREACHABLE,
                        api.shown() + ": " + label(restore) + " is not available until " + expires);
            }
            pause(looks < SOON_POLLS ? SOON : POLL);
        }
    }

    private PointInTimeCopy copied(UUID restore, CopySteps.Server server, Instant at) {
        DatabaseAddress source = settings.address();
        DatabaseAddress address = new DatabaseAddress(
                server.host(), server.port(), source.database(), source.user(), source.parameters());
        return new PointInTimeCopy(label(restore), address, password, at);
    }

    private void pause(Duration time) {
        try {
            pause.pause(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, api.shown() + ": the restore was cancelled", e);
        }
    }

    @Override
    public void delete(UUID restore) {
        steps.delete(name(restore));
    }

    /** One that cannot be deleted yet, such as an instance that is being created, does not keep the others. */
    @Override
    public int sweep(Predicate<UUID> needed) {
        Instant now = clock.instant();
        int deleted = 0;
        HoldfastException failure = null;
        for (CopySteps.Found found : steps.all()) {
            CopyTags tags = found.tags();
            boolean ours = tags.owner().equals(settings.owner()) && found.name().equals(name(tags.restore()));
            if (!ours || found.deleting() || (!tags.expires().isBefore(now) && needed.test(tags.restore()))) {
                continue;
            }
            try {
                steps.delete(found.name());
                deleted++;
            } catch (HoldfastException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return deleted;
    }
}
