package io.holdfast.verifier.verification;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.contracts.VerificationRequest;
import io.holdfast.eventing.ConsumerFactory;
import io.holdfast.eventing.ConsumerFactory.RequestReaction;
import io.holdfast.eventing.ReceivedMessage;
import io.holdfast.eventing.RequestConsumer;
import io.holdfast.eventing.TransactionRunner;
import io.holdfast.eventing.WorkerThreadCall;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/** What is asked of verifier-service, over Kafka and REST alike. */
@ApplicationScoped
class VerificationRequestConsumer {
    private final VerificationRepository verifications;
    private final VerifierVaultProvider vault;
    private final TransactionRunner transactions;
    private final RequestConsumer<VerificationRequest, Verification> consumer;

    VerificationRequestConsumer(
            VerificationRepository verifications, VerifierVaultProvider vault, TransactionRunner transactions, ConsumerFactory consumers) {
        this.verifications = verifications;
        this.vault = vault;
        this.transactions = transactions;
        this.consumer = consumers.preparedRequests(
                "verification-requests",
                Topic.VERIFICATION_REQUESTS,
                VerificationRequest.class,
                Topic.VERIFICATION_EVENTS,
                this::prepared,
                verification -> verification.id().toString(),
                this::repeated);
    }

    @Incoming("verification-requests")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }

    Uni<Verification> accept(ReceivedMessage<VerificationRequest> request) {
        return consumer.accept(request);
    }

    private Uni<RequestReaction<VerificationRequest, Verification>> prepared(ReceivedMessage<VerificationRequest> received) {
        return switch (received.event()) {
            case VerificationRequest.Requested request ->
                sourceOf(request.backupId())
                        .map(source -> (again, session) -> verify(request, source, received.correlation(), session));
            case VerificationRequest.DrillRequested request ->
                Uni.createFrom()
                        .failure(HoldfastException.about(
                                request.source(),
                                FailureCode.REQUEST_INVALID,
                                "this version holds no drills yet; ask for the verification of a backup instead"));
        };
    }

    private Uni<Verification> verify(
            VerificationRequest.Requested request, SourceRef source, String correlationId, Mutiny.Session session) {
        VerificationLevel level = request.level() == null ? VerificationLevel.PROVEN : request.level();
        return verifications.begin(session, request.backupId(), source, level, correlationId);
    }

    /** As it was heard, else as it lies in the vault: a verifier with an empty database still verifies. */
    private Uni<SourceRef> sourceOf(BackupId backup) {
        return transactions
                .run(session -> verifications.sourceOf(session, backup))
                .chain(heard -> heard.isPresent()
                        ? Uni.createFrom().item(heard.get())
                        : WorkerThreadCall.call(() -> vault.sourceOf(backup).orElseThrow(() -> unknown(backup))));
    }

    private static HoldfastException unknown(BackupId backup) {
        return HoldfastException.about(
                backup.toString(),
                FailureCode.BACKUP_UNKNOWN,
                "there is no backup " + backup + " in the vault; `holdfast backups` lists those there are");
    }

    private Uni<Verification> repeated(ReceivedMessage<VerificationRequest> received, String subject, Mutiny.Session session) {
        return verifications
                .get(session, VerificationId.parse(subject))
                .call(verification -> verifications.repeat(session, verification));
    }
}
