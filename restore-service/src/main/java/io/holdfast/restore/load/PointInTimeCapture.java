package io.holdfast.restore.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.scratch.DirectoryServer;
import io.holdfast.engine.scratch.RecoveryDirectory;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.targets.TargetRegistry;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.vault.Vault;
import io.holdfast.wal.BaseBackups;
import io.holdfast.wal.Lsn;
import io.holdfast.wal.Recovery;
import io.holdfast.wal.RecoveryPlan;
import io.holdfast.wal.RecoveryTarget;
import io.holdfast.wal.WalArchive;
import io.holdfast.wal.WalIndex;
import io.holdfast.wal.WalWindows;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state of a PostgreSQL database at any instant of a window: recovers the server into a throw-away cluster on this
 * machine, or has the provider make a copy, and captures the database from there as a backup, which is then restored as any other.
 *
 * <p>The backup has the restore's id, kind {@code SAFETY} so that it is never taken for the latest one, and the instant as its
 * time. The commit of the backup is the last step. If a worker dies before it, the next worker removes the cluster, or uses
 * the copy again, and begins the capture again; after the commit, the next worker finds the backup.
 */
@ApplicationScoped
class PointInTimeCapture {
    private final TargetRegistry sources;
    private final RestoreRepository restores;
    private final InstantBackup instantBackup;
    private final CopyCapture copyCapture;
    private final InstantSource clock;

    PointInTimeCapture(
            TargetRegistry sources,
            RestoreRepository restores,
            InstantBackup instantBackup,
            CopyCapture copyCapture,
            InstantSource clock) {
        this.sources = sources;
        this.restores = restores;
        this.instantBackup = instantBackup;
        this.copyCapture = copyCapture;
        this.clock = clock;
    }

    /** @param bytes about as many as will be restored: those of the base backup, or of the newest backup */
    record Planned(List<String> lines, long bytes) {}

    /** One server's archive and what it would recover. */
    private record Way(BaseBackups bases, WalArchive archive, RecoveryPlan plan) {
        Recovery recovery() {
            return new Recovery(bases, archive, PostgresTools.find(null));
        }
    }

    /** A worker before has captured the database. */
    boolean isCaptured(Restore restore, Vault vault) {
        return instantBackup.exists(restore, vault);
    }

    /**
     * @throws HoldfastException POINT_NOT_COVERED with the windows; POINT_NOT_REACHED if the transaction did not commit;
     *     TOOL_MISSING without the server's programs of its major version; TARGET_DISK_FULL by an estimate; SOURCE_* of a
     *     provider
     */
    Planned plan(Restore restore, Vault vault) {
        if (copyCapture.applies(restore)) {
            return copyCapture.plan(restore, vault);
        }
        Way way = way(restore, vault);
        RecoveryPlan plan = way.plan();
        try {
            way.recovery().check(plan, RecoveryDirectory.parent());
        } catch (IOException e) {
            throw HoldfastException.of(
                    FailureCode.RECOVERY_FAILED, "the folder of recovered servers cannot be used: " + e, e);
        }
        List<String> lines = new ArrayList<>();
        lines.add("the server is recovered to " + plan.target() + " on restore-service's machine, without network: base"
                + " backup of " + plan.base().finishedAt() + " (" + plan.base().bytes() / 1_000_000 + " MB) and "
                + plan.segments().size() + " WAL segments"
                + (plan.segments().isEmpty()
                        ? ""
                        : ", " + plan.segments().getFirst().name() + " to "
                                + plan.segments().getLast().name())
                + ", timeline " + plan.timeline());
        lines.add("database \"" + sources.database(restore.source().name()) + "\" is captured from it as backup "
                + InstantBackup.id(restore) + " and restored");
        lines.add("transactions that committed after " + plan.target() + " will not be in the database");
        return new Planned(List.copyOf(lines), plan.base().bytes());
    }

    /** @throws HoldfastException WAL_MISSING, POINT_NOT_REACHED, RECOVERY_FAILED; SOURCE_* and VAULT_* of the capture */
    void run(Restore restore, Lease lease, Vault vault) {
        if (copyCapture.applies(restore)) {
            copyCapture.run(restore, lease, vault);
            return;
        }
        Way way = way(restore, vault);
        lease.commit(session -> restores.change(
                session,
                restore.id(),
                it -> it.note("recovers the server to " + way.plan().target())));
        try (RecoveryDirectory directory = RecoveryDirectory.create()) {
            Recovery.Recovered recovered = way.recovery().run(way.plan(), directory.data());
            lease.ensureHeld();
            try (DirectoryServer server = DirectoryServer.start(
                    recovered.programs(), recovered.directory(), List.of(), recovered.settings())) {
                if (!server.awaitReady()) {
                    throw HoldfastException.of(
                            FailureCode.RECOVERY_FAILED,
                            "the recovered server does not start: " + String.join(" | ", server.log()));
                }
                lease.ensureHeld();
                instantBackup.take(restore, vault, database(restore, server), instant(restore, recovered, way.plan()));
            }
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.RECOVERY_FAILED, "the recovered server cannot be used: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "the recovery was cancelled", e);
        }
    }

    private SourceDatabase database(Restore restore, DirectoryServer server) {
        String name = restore.source().name();
        SourceConnector access = new SourceConnector(name, sources.config(name));
        return new PostgresEngine(PostgresTools.find(null))
                .source(server.address(access.databaseName(), access.user()), PasswordSupplier.none());
    }

    private static RecoveryTarget target(Restore restore) {
        RestoreRequest.Requested request = restore.wish().request();
        if (request.atLsn() != null) {
            return new RecoveryTarget.Position(Lsn.parse(request.atLsn()));
        }
        return request.atXid() != null
                ? RecoveryTarget.Transaction.of(request.atXid())
                : new RecoveryTarget.Time(InstantBackup.instant(restore));
    }

    /** Of a position or a transaction, the instant is that of the last commit that was replayed. */
    private static Instant instant(Restore restore, Recovery.Recovered recovered, RecoveryPlan plan) {
        Instant wanted = restore.wish().request().at();
        if (wanted != null) {
            return wanted;
        }
        return recovered.lastTransaction() == null ? plan.base().finishedAt() : recovered.lastTransaction();
    }

    /** Selects the archive that covers the instant: a cluster that was initialised again has a separate archive. */
    private Way way(Restore restore, Vault vault) {
        SourceId source = restore.source().id();
        List<WalWindows> windows = new ArrayList<>();
        HoldfastException refusal = null;
        Way best = null;
        for (String system : WalArchive.systems(vault, source)) {
            BaseBackups bases = new BaseBackups(vault, source);
            WalArchive archive = WalArchive.of(vault, source, system);
            WalIndex index = archive.index();
            windows.add(WalWindows.of(bases.list(system), index));
            try {
                RecoveryTarget target = target(restore).located(archive, index, null);
                RecoveryPlan plan = RecoveryPlan.of(bases.list(system), index, target, null, clock.instant());
                if (best == null
                        || plan.base().finishedAt().isAfter(best.plan().base().finishedAt())) {
                    best = new Way(bases, archive, plan);
                }
            } catch (HoldfastException e) {
                refusal = e;
            }
        }
        if (best == null) {
            throw refused(restore, refusal, windows);
        }
        return best;
    }

    private static HoldfastException refused(
            Restore restore, @Nullable HoldfastException refusal, List<WalWindows> windows) {
        String name = restore.source().name();
        if (refusal == null) {
            return HoldfastException.about(
                    name,
                    FailureCode.POINT_NOT_COVERED,
                    "source \"" + name + "\" has no archived WAL in the vault; archive it (wal of the source in"
                            + " holdfast.yaml; neon or rds for a database of Neon or Amazon RDS), or"
                            + " restore the newest backup of that instant (leave --point-in-time out)");
        }
        if (refusal.code() != FailureCode.POINT_NOT_COVERED) {
            return refusal;
        }
        String covered = windows.stream()
                .flatMap(found -> found.shown(target(restore)).stream())
                .collect(Collectors.joining(", "));
        return new HoldfastException(
                new FailureReason(
                        FailureCode.POINT_NOT_COVERED,
                        refusal.getMessage() + "; source \"" + name + "\" can be restored to "
                                + (covered.isEmpty() ? "no instant yet" : "any point from " + covered),
                        name),
                refusal);
    }
}
