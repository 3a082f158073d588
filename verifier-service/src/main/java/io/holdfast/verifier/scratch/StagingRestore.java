package io.holdfast.verifier.scratch;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.VerificationId;
import io.holdfast.engine.DatabaseSwap;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.outbound.OutboundPolicy;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.access.SqliteFolders;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Replaces a staging database by a restored copy. The copy is made under another name on the same server, closed to PUBLIC,
 * and takes the database's name in one transaction of the server: the name always belongs to one whole database. After a
 * crash the next attempt at the drill, or else the next drill, opens the database again and drops what was left.
 */
@ApplicationScoped
public class StagingRestore {
    private static final Logger LOG = Logger.getLogger(StagingRestore.class);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration BETWEEN = Duration.ofSeconds(2);

    private final LiveConfig live;
    private final OutboundPolicy outbound;

    StagingRestore(LiveConfig live, OutboundPolicy outbound) {
        this.live = live;
        this.outbound = outbound;
    }

    /**
     * One attempt at a drill.
     *
     * @param ended which of some drills have ended: what their workers left is dropped
     * @param stillWanted fails if the attempt is to stop
     */
    public record Attempt(
            ScratchDatabaseName place,
            Function<Collection<VerificationId>, Set<VerificationId>> ended,
            Runnable stillWanted) {}

    /**
     * Restores a backup on the server of a staging database, works on the copy, and replaces the database by it. The
     * database stays as it was unless the result of the work is accepted and nothing failed. Its owner, grants, settings
     * and connection limit go to the copy. The replaced database is dropped.
     *
     * @param staging the staging source, by the role that restores
     * @throws HoldfastException with a code for which {@link FailureCode#isBackupFault} if the backup cannot be restored;
     *     TARGET_PERMISSION_DENIED with the missing rights; TARGET_UNSUITABLE if the database is not there or cannot be
     *     replaced; TARGET_CHANGED if it was replaced meanwhile; what the server fails with
     */
    public <T> T replace(
            SourceConnector staging,
            Vault vault,
            Manifest manifest,
            Attempt attempt,
            TransferListener transferListener,
            Function<RestoredCopy, T> work,
            Predicate<T> accepted) {
        DatabaseAddress address = checked(staging);
        DatabaseDescriptor shape = DescriptorCodec.of(manifest);
        ScratchDatabaseName place = attempt.place();
        try (ScratchTarget server = server(staging, address)) {
            TargetServer target = server.target();
            long out = ofTheServer(() -> prepared(target, address.database(), attempt));
            boolean replaced = false;
            try {
                created(target, place, shape);
                T result = ScratchRestore.load(
                        server,
                        place,
                        vault,
                        manifest,
                        ScratchRestore.OPTIONS.withWithheld(true),
                        transferListener,
                        work);
                if (accepted.test(result)) {
                    exchange(target, swap(target, address.database(), out, place), attempt);
                    replaced = true;
                    LOG.infof("drill %s: replaced the staging database %s", place.id(), address.shown());
                }
                return result;
            } finally {
                List.of(place.name(), place.withdrawn()).forEach(left -> ScratchRestore.dropSurely(target, left));
                if (replaced) {
                    ScratchRestore.dropSurely(target, place.retained());
                }
            }
        }
    }

    /**
     * Drops the copies of ended drills, which hold unmasked rows, on the server of a staging database. While nobody has the
     * database's name, nothing is dropped: the next drill gives it back.
     *
     * @param ended which of some drills have ended
     * @throws HoldfastException what the server fails with
     */
    public void dropLeftovers(
            SourceConnector staging, Function<Collection<VerificationId>, Set<VerificationId>> ended) {
        DatabaseAddress address = checked(staging);
        try (ScratchTarget server = server(staging, address)) {
            if (server.target().exists(address.database())) {
                OrphanedDatabaseCleaner.drop(server.target(), ScratchDatabaseName.Purpose.STAGING, ended);
            }
        }
    }

    private DatabaseAddress checked(SourceConnector staging) {
        DatabaseAddress address = staging.physical();
        if (!address.unixSocket()) {
            outbound.checkDatabase(address.host(), address.port(), address.database());
        }
        return address;
    }

    private ScratchTarget server(SourceConnector staging, DatabaseAddress address) {
        SourceDatabase database = staging.database(SqliteFolders.of(live.current()));
        return new ScratchTarget(
                database.engine(),
                database.target(),
                new ScratchTarget.Address(address.toString(), PasswordSupplier.none(), null),
                () -> {});
    }

    /** @return the OID of the staging database, which can be replaced */
    private static long prepared(TargetServer target, String database, Attempt attempt) {
        giveBackName(target, database, attempt.place());
        long out = target.oid(database)
                .orElseThrow(() -> HoldfastException.about(
                        database,
                        FailureCode.TARGET_UNSUITABLE,
                        "the staging database \"" + database
                                + "\" does not exist on its server; create it there, empty"));
        refuse(FailureCode.TARGET_PERMISSION_DENIED, database, target.missingRights(database));
        refuse(
                FailureCode.TARGET_UNSUITABLE,
                database,
                target.obstacles(database).stream()
                        .filter(finding -> finding.kind() == Finding.Kind.NOT_CARRIED)
                        .toList());
        target.reopen(out); // a worker that died during its exchange left it closed
        OrphanedDatabaseCleaner.drop(target, attempt.place().purpose(), attempt.ended());
        attempt.place().namesBefore().forEach(target::drop);
        return out;
    }

    /** A name that nobody has belongs to the database that a worker before this one retained. */
    private static void giveBackName(TargetServer target, String database, ScratchDatabaseName place) {
        if (target.exists(database)) {
            return;
        }
        for (String retained : place.retainedBefore()) {
            if (target.exists(retained)) {
                target.rename(retained, database);
                LOG.warnf("staging database %s has its name again; a worker that died had renamed it", database);
                return;
            }
        }
    }

    private static void refuse(FailureCode code, String database, List<Finding> findings) {
        if (!findings.isEmpty()) {
            throw HoldfastException.about(
                    database,
                    code,
                    "the staging database \"" + database + "\" cannot be replaced: "
                            + findings.stream().map(Finding::message).collect(Collectors.joining("; ")));
        }
    }

    private static void created(TargetServer target, ScratchDatabaseName place, DatabaseDescriptor shape) {
        ofTheServer(() -> {
            target.create(place.name(), shape);
            target.closeToOthers(place.name());
            return true;
        });
    }

    private static DatabaseSwap swap(TargetServer target, String database, long out, ScratchDatabaseName place) {
        long in = ofTheServer(() -> target.oid(place.name()))
                .orElseThrow(() -> HoldfastException.about(
                        place.name(),
                        FailureCode.TARGET_CHANGED,
                        "the restored database " + place.name() + " disappeared; was it dropped or renamed?"));
        return new DatabaseSwap(database, out, place.retained(), in, place.name());
    }

    private static void exchange(TargetServer target, DatabaseSwap swap, Attempt attempt) {
        attempt.stillWanted().run();
        try {
            ofTheServer(() -> {
                target.exchange(swap);
                return true;
            });
        } catch (HoldfastException holdfastException) {
            withdraw(target, swap, attempt);
            throw holdfastException;
        }
    }

    /** Tries until the old database has its name and accepts connections: the server may be restarting. */
    private static void withdraw(TargetServer target, DatabaseSwap swap, Attempt attempt) {
        boolean interrupted = Thread.interrupted();
        try {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!isWithdrawn(target, swap, attempt.place())) {
                if (interrupted || Thread.currentThread().isInterrupted() || System.nanoTime() > deadline) {
                    LOG.errorf(
                            "staging database %s may refuse connections until the next drill; or run on its server:"
                                    + " ALTER DATABASE \"%s\" ALLOW_CONNECTIONS true",
                            swap.name(), swap.name());
                    return;
                }
                attempt.stillWanted().run();
                LockSupport.parkNanos(BETWEEN.toNanos());
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean isWithdrawn(TargetServer target, DatabaseSwap swap, ScratchDatabaseName place) {
        try {
            target.withdraw(swap, place.withdrawn());
            return true;
        } catch (HoldfastException holdfastException) {
            LOG.warnf("staging database %s: %s", swap.name(), holdfastException.getMessage());
            return false;
        }
    }

    /** What the server does apart from the restore says nothing of the backup, whatever it fails with. */
    private static <T> T ofTheServer(Supplier<T> work) {
        try {
            return work.get();
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code().isBackupFault()) {
                throw HoldfastException.of(
                        FailureCode.TARGET_UNSUITABLE,
                        holdfastException.reason().message(),
                        holdfastException);
            }
            throw holdfastException;
        }
    }
}
