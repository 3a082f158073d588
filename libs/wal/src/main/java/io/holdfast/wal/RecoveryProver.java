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

/**
 * Recovers a server into a scratch directory of this machine, without network, starts it, and checks that every table of
 * every database can be read. The directory is removed afterwards; after a crash, by the next recovery on this machine.
 */
public final class RecoveryProver {
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
        try {
            RecoveryPlan plan = RecoveryPlan.of(listed, archive.index(), due.target(listed), null, began);
            proven = new RecoveryProofs.Due(plan.base().id(), due.instant());
            RecoveredServer.Checked checked = recovered(plan, database, user, held);
            return proof(proven, RecoveryProof.Outcome.PROVEN, null, checked, began);
        } catch (HoldfastException e) {
            if (e.code() == FailureCode.CANCELLED || e.code() == FailureCode.LEASE_LOST) {
                throw e;
            }
            return proof(proven, outcome(e), e.getMessage(), new RecoveredServer.Checked(0, false), began);
        }
    }

    private RecoveredServer.Checked recovered(RecoveryPlan plan, String database, String user, Runnable held) {
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
                return new RecoveredServer(recovered.programs(), server.address(database, user)).check();
            }
        } catch (IOException e) {
            throw HoldfastException.of(
                    FailureCode.SCRATCH_UNAVAILABLE, "the folder of recovered servers cannot be used: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "the recovery was cancelled", e);
        }
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

    private RecoveryProof proof(
            RecoveryProofs.Due due,
            RecoveryProof.Outcome outcome,
            @Nullable String reason,
            RecoveredServer.Checked checked,
            Instant began) {
        Instant now = clock.instant();
        return new RecoveryProof(
                due.base(),
                due.instant(),
                now,
                outcome,
                reason,
                checked.databases(),
                checked.amcheck(),
                Duration.between(began, now).toMillis());
    }
}
