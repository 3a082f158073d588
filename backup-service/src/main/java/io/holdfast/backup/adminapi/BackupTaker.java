package io.holdfast.backup.adminapi;

import static java.util.Objects.requireNonNull;

import io.holdfast.access.Principal;
import io.holdfast.backup.adminapi.AdminApiAnswers.TakenBackup;
import io.holdfast.backup.api.BackupRequestConsumer;
import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.vault.format.BackupContents;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;

/** Takes a backup and waits for it. */
@ApplicationScoped
class BackupTaker {
    private static final Duration EVERY = Duration.ofMillis(250);

    private final BackupRequestConsumer requests;
    private final BackupRepository backupRepository;
    private final TransactionRunner transactionRunner;
    private final PinnedVault vaults;
    private final Duration patience;

    BackupTaker(
            BackupRequestConsumer requests,
            BackupRepository backupRepository,
            TransactionRunner transactionRunner,
            PinnedVault vaults,
            AdminApiConfig config) {
        this.requests = requests;
        this.backupRepository = backupRepository;
        this.transactionRunner = transactionRunner;
        this.vaults = vaults;
        this.patience = config.patience();
    }

    /**
     * The backup, once it is stored. Fails with 503 or 500 if the backup failed, 409 if it was cancelled, and 504 if it is not
     * stored in time; it continues then.
     *
     * @param id of the request: a repeated one waits for the same backup
     */
    Uni<TakenBackup> take(ProtectedSource source, BackupKind kind, String path, String id, Principal by) {
        var request = new BackupRequest.Requested(source.ref().name(), List.of(), kind, null, null);
        return requests.accept(ReceivedMessage.overRest(Topic.BACKUP_REQUESTS, path, id, by, request))
                .chain(requested -> finished(requested.id()))
                .map(BackupTaker::stored)
                .chain(backup -> Uni.createFrom()
                        .item(() -> taken(backup))
                        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool()));
    }

    private Uni<Backup> finished(BackupId id) {
        return Multi.createBy()
                .repeating()
                .uni(() -> look(id))
                .withDelay(EVERY)
                .whilst(backup -> !backup.state().isFinished())
                .collect()
                .last()
                .ifNoItem()
                .after(patience)
                .recoverWithUni(() -> look(id).map(this::unlessLate));
    }

    private Uni<Backup> look(BackupId id) {
        return transactionRunner.run(session -> backupRepository.get(session, id));
    }

    private Backup unlessLate(Backup backup) {
        if (backup.state().isFinished()) {
            return backup;
        }
        FailureReason waitsFor = backup.reason();
        throw AdminApiFailures.of(
                Response.Status.GATEWAY_TIMEOUT,
                name(backup) + " is not stored after " + patience.toSeconds() + " s"
                        + (waitsFor == null ? "" : " (" + waitsFor.message() + ")")
                        + "; it continues, and GET /api/backups/" + backup.id() + " shows its state");
    }

    private static Backup stored(Backup backup) {
        return switch (backup.state()) {
            case STORED, PROVEN, UNPROVEN -> backup;
            case FAILED -> throw failed(backup);
            case CANCELLED, DELETED ->
                throw AdminApiFailures.of(
                        Response.Status.CONFLICT, name(backup) + " is " + backup.state() + "; request another one");
            case REQUESTED, RUNNING -> throw new IllegalStateException(name(backup) + " is " + backup.state());
        };
    }

    private static WebApplicationException failed(Backup backup) {
        FailureReason reason = requireNonNull(backup.reason());
        return AdminApiFailures.of(reason, name(backup) + " failed: " + reason.message());
    }

    private static String name(Backup backup) {
        return "backup " + backup.id() + " of source \"" + backup.source().name() + "\"";
    }

    /** Blocks: the names of the tables are in the manifest. */
    private TakenBackup taken(Backup backup) {
        BackupContents contents =
                vaults.open().manifest(backup.source().id(), backup.id()).contents();
        return AdminApiFormat.taken(
                contents.snapshotAt(),
                backup.totals().bytes(),
                contents.tables().stream().map(BackupContents.Table::name).toList());
    }
}
