package io.holdfast.backup.api;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.reader.BackupReaders;
import io.holdfast.backup.reconcile.VaultStateRules;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.ConsumerFactory.EventReaction;
import io.holdfast.eventing.inbox.EventConsumer;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.status.BackupStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Outcomes of verifications become the backup's state. Kafka's events are unsigned and only say when to look: outcome,
 * time and reason come from the signed proof in the vault. An event that the vault does not confirm changes nothing.
 */
@ApplicationScoped
class VerificationEventConsumer {
    private static final Logger LOG = Logger.getLogger(VerificationEventConsumer.class);

    private final BackupRepository backupRepository;
    private final PinnedVault vaults;
    private final TransactionRunner transactionRunner;
    private final BackupReaders readers;
    private final MeterRegistry meters;
    private final EventConsumer<VerificationEvent> consumer;

    VerificationEventConsumer(
            BackupRepository backupRepository,
            PinnedVault vaults,
            TransactionRunner transactionRunner,
            BackupReaders readers,
            MeterRegistry meters,
            ConsumerFactory consumerFactory) {
        this.backupRepository = backupRepository;
        this.vaults = vaults;
        this.transactionRunner = transactionRunner;
        this.readers = readers;
        this.meters = meters;
        this.consumer = consumerFactory.preparedEvents(
                "verification-outcomes", Topic.VERIFICATION_EVENTS, VerificationEvent.class, this::prepare);
    }

    @Incoming("verification-events")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }

    private Uni<EventReaction<VerificationEvent>> prepare(ReceivedMessage<VerificationEvent> receivedMessage) {
        return switch (receivedMessage.event()) {
            case VerificationEvent.Passed passed ->
                (passed.level() == VerificationLevel.PROVEN
                                ? checked(passed.backupId(), passed.verificationId(), Proof.Outcome.PROVEN)
                                : nothing())
                        .map(reaction -> ended(passed.verificationId(), reaction));
            case VerificationEvent.Failed failed ->
                checked(failed.backupId(), failed.verificationId(), Proof.Outcome.FAILED)
                        .map(reaction -> ended(failed.verificationId(), reaction));
            case VerificationEvent.Started started -> reads(started);
            case VerificationEvent.Inconclusive inconclusive ->
                nothing().map(reaction -> ended(inconclusive.verificationId(), reaction));
            case VerificationEvent.DrillCompleted drill ->
                nothing().map(reaction -> ended(drill.verificationId(), reaction));
            case RequestRejected ignored -> nothing();
        };
    }

    private Uni<EventReaction<VerificationEvent>> reads(VerificationEvent.Started started) {
        return Uni.createFrom()
                .item((receivedMessage, session) -> readers.started(
                        session,
                        BackupReaders.Kind.VERIFICATION,
                        started.verificationId().value(),
                        started.backupId(),
                        started.startedAt()));
    }

    /** The verification reads its backup no more. */
    private EventReaction<VerificationEvent> ended(
            VerificationId verification, EventReaction<VerificationEvent> reaction) {
        return (receivedMessage, session) -> readers.ended(
                        session, BackupReaders.Kind.VERIFICATION, verification.value())
                .chain(() -> reaction.on(receivedMessage, session));
    }

    /** A backup that this catalog does not know is the business of the catalog that does. */
    private Uni<EventReaction<VerificationEvent>> checked(
            BackupId id, VerificationId verification, Proof.Outcome claimed) {
        return transactionRunner
                .run(session -> session.find(Backup.class, id.value()))
                .chain(backup -> backup == null
                        ? nothing()
                        : Uni.createFrom()
                                .item(() -> proof(backup.source().id(), id, verification, claimed))
                                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                                .map(proof -> reaction(id, proof)));
    }

    private EventReaction<VerificationEvent> reaction(BackupId id, Optional<Proof> found) {
        Predicate<Backup> verb = found.map(VaultStateRules::verdict).orElse(backup -> false);
        return (receivedMessage, session) -> backupRepository.changedIfKnown(session, id, verb);
    }

    /** Blocks. Empty if the vault does not confirm the claim; fails while the vault does not answer. */
    private Optional<Proof> proof(SourceId source, BackupId id, VerificationId verification, Proof.Outcome claimed) {
        try {
            Vault vault = vaults.open();
            Optional<Proof> proof = vault.proof(source, id, verification).filter(found -> found.outcome() == claimed);
            if (proof.isEmpty()) {
                refuted(id, verification, claimed, "the vault has no such proof");
                return proof;
            }
            BackupStatus now = vault.standing(source, id);
            if (claimed == Proof.Outcome.PROVEN && now != BackupStatus.PROVEN) {
                refuted(id, verification, claimed, "the vault says that it is " + now);
                return Optional.empty();
            }
            return proof;
        } catch (HoldfastException e) {
            if (!e.code().isBackupFault() && e.code() != FailureCode.VAULT_UNKNOWN_FORMAT) {
                throw e;
            }
            refuted(id, verification, claimed, e.reason().message());
            return Optional.empty();
        }
    }

    private void refuted(BackupId id, VerificationId verification, Proof.Outcome claimed, String why) {
        meters.counter("holdfast.claims.refuted", "topic", Topic.VERIFICATION_EVENTS.topicName())
                .increment();
        LOG.warnf(
                "backup %s: an event claims that verification %s ended %s, and changes nothing: %s; find out who may write"
                        + " to %s",
                id, verification, claimed, why, Topic.VERIFICATION_EVENTS.topicName());
    }

    private static Uni<EventReaction<VerificationEvent>> nothing() {
        return Uni.createFrom()
                .item((receivedMessage, session) -> Uni.createFrom().voidItem());
    }
}
