package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.postgres.RecoveredServer;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.scratch.DirectoryServer;
import io.holdfast.engine.scratch.RecoveryDirectory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers a server into a scratch directory of this machine, without network, starts it, and checks that every table of
 * every database can be read, and that the rows are those of a backup if one is given. The directory is removed afterwards; after a crash, by the next recovery on this machine.
 */
public final class RecoveryProver {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryProver.class);

    private final BaseBackups bases;
    private final WalArchive archive;
    private final PostgresTools tools;
    private final InstantSource clock;

    public RecoveryProver(BaseBackups bases, WalArchive archive, PostgresTools tools, InstantSource clock) {
        this.bases = bases;
        this.archive = archive;
        this.tools = tools;
        this.clock = clock;
    }

    /**
     * Proves what is due.
     *
     * @param listed the base backups of the server
     * @param user role that may log in to {@code database}
     * @param held checks that the caller may go on
     * @return the outcome; the caller stores it
     * @throws HoldfastException CANCELLED, LEASE_LOST
     */
    public RecoveryProof prove(
            RecoveryProofs.Due due, List<BaseBackup> listed, String database, String user, Runnable held) {
        Instant began = clock.instant();
        RecoveryProofs.Due proven = due;
        RowComparison rows = due.rows();
        try {
            RecoveryPlan plan = RecoveryPlan.of(
                    listed, archive.index(), due.target(listed), rows == null ? null : rows.timeline(), began);
            proven = new RecoveryProofs.Due(plan.base().id(), due.instant());
            return proof(proven, found(plan, rows, database, user, held), began);
        } catch (HoldfastException e) {
            if (e.code() == FailureCode.CANCELLED || e.code() == FailureCode.LEASE_LOST) {
                throw e;
            }
            return proof(
                    proven, outcome(e), e.getMessage(), new Found(new RecoveredServer.Checked(0, false), null), began);
        }
    }

    /** @param rows null: none were compared */
    private record Found(
            RecoveredServer.Checked checked, @Nullable ComparedRows rows) {}

    private Found found(RecoveryPlan plan, @Nullable RowComparison rows, String database, String user, Runnable held) {
        Recovery recovery = new Recovery(bases, archive, tools);
        try (RecoveryDirectory directory = RecoveryDirectory.create()) {
            Recovery.Recovered recovered = recovery.run(plan, directory.data());
            held.run();
            try (DirectoryServer server = DirectoryServer.start(
                    recovered.programs(), recovered.directory(), List.of(), recovered.settings())) {
                if (!server.awaitReady()) {
                    throw HoldfastException.of(
                            FailureCode.RECOVERY_FAILED,
                            "the recovered server does not start: " + String.join(" | ", server.log()));
                }
                held.run();
                RecoveredServer copy = new RecoveredServer(recovered.programs(), server.address(database, user));
                RecoveredServer.Checked checked = copy.check();
                held.run();
                return new Found(checked, rows != null && sameHistory(recovered, rows) ? rows.compare(copy) : null);
            }
        } catch (IOException e) {
            throw HoldfastException.of(
                    FailureCode.SCRATCH_UNAVAILABLE, "the folder of recovered servers cannot be used: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "the recovery was cancelled", e);
        }
    }

    /**
     * A server that was set back (a virtual machine, a copy of its disk) writes other WAL at the same positions. Its commits
     * there are later than the backup.
     */
    private static boolean sameHistory(Recovery.Recovered recovered, RowComparison rows) {
        Instant last = recovered.lastTransaction();
        boolean same = last == null || !last.isAfter(rows.at());
        if (!same) {
            LOG.warn(
                    "backup {} is not compared with the server recovered to {}: the WAL before it has a commit of {}, after"
                            + " the backup; the server was set back and wrote other WAL",
                    rows.backup(),
                    rows.position(),
                    last);
        }
        return same;
    }

    /** Only what is the fault of the base backup or of the WAL. */
    private static RecoveryProof.Outcome outcome(HoldfastException failure) {
        return switch (failure.code()) {
            case WAL_MISSING, RECOVERY_FAILED, POINT_NOT_REACHED, SOURCE_CORRUPT ->
                failure.getCause() instanceof IOException
                        ? RecoveryProof.Outcome.INCONCLUSIVE
                        : RecoveryProof.Outcome.FAILED;
            default -> RecoveryProof.Outcome.INCONCLUSIVE;
        };
    }

    private RecoveryProof proof(RecoveryProofs.Due due, Found found, Instant began) {
        ComparedRows rows = found.rows();
        return rows == null || rows.equal()
                ? proof(due, RecoveryProof.Outcome.PROVEN, null, found, began)
                : proof(due, RecoveryProof.Outcome.FAILED, differ(rows), found, began);
    }

    private static String differ(ComparedRows rows) {
        return FailureCode.ROWS_DIFFER + ": recovered to LSN " + rows.lsn() + ", the rows of database \""
                + rows.database()
                + "\" are not those of backup " + rows.backup() + " of the same position; tables that differ: "
                + String.join(", ", rows.differing())
                + "; verify the backup (./holdfast verify " + rows.backup()
                + "): if the verification passes, the archive is at"
                + " fault, so take a base backup and do not restore to instants before its end";
    }

    private RecoveryProof proof(
            RecoveryProofs.Due due,
            RecoveryProof.Outcome outcome,
            @Nullable String reason,
            Found found,
            Instant began) {
        Instant now = clock.instant();
        return new RecoveryProof(
                due.base(),
                due.instant(),
                now,
                outcome,
                reason,
                found.checked().databases(),
                found.checked().amcheck(),
                Duration.between(began, now).toMillis(),
                found.rows());
    }
}
