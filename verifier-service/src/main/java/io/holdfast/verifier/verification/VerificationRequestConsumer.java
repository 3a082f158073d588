package io.holdfast.verifier.verification;

import io.holdfast.access.Permission;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.contracts.VerificationRequest;
import io.holdfast.eventing.access.Authorizer;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.ConsumerFactory.RequestReaction;
import io.holdfast.eventing.inbox.RequestConsumer;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/** What is asked of verifier-service, over Kafka and REST alike. */
@ApplicationScoped
public class VerificationRequestConsumer {
    private final VerificationRepository verificationRepository;
    private final DrillRequests drillRequests;
    private final VerifierVaultProvider vault;
    private final TransactionRunner transactionRunner;
    private final Authorizer authorizer;
    private final RequestConsumer<VerificationRequest, AcceptedRequest> consumer;

    VerificationRequestConsumer(
            VerificationRepository verificationRepository,
            DrillRequests drillRequests,
            VerifierVaultProvider vault,
            TransactionRunner transactionRunner,
            Authorizer authorizer,
            ConsumerFactory consumerFactory) {
        this.verificationRepository = verificationRepository;
        this.drillRequests = drillRequests;
        this.vault = vault;
        this.transactionRunner = transactionRunner;
        this.authorizer = authorizer;
        this.consumer = consumerFactory.preparedRequests(
                "verification-requests",
                Topic.VERIFICATION_REQUESTS,
                VerificationRequest.class,
                Topic.VERIFICATION_EVENTS,
                this::sources,
                this::prepared,
                accepted -> accepted.id().toString(),
                this::repeated);
    }

    @Incoming("verification-requests")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }

    /** A request over REST; answers what it started, or what the first of its repetitions started. */
    public Uni<AcceptedRequest> accept(ReceivedMessage<VerificationRequest> request) {
        return consumer.accept(request);
    }

    private Uni<Set<String>> sources(VerificationRequest asked) {
        return switch (asked) {
            case VerificationRequest.Requested request ->
                sourceOf(request.backupId())
                        .map(source -> Set.of(source.name()))
                        .onFailure(VerificationRequestConsumer::isUnknown)
                        .recoverWithItem(Set.of());
            case VerificationRequest.DrillRequested request -> Uni.createFrom().item(Set.of(request.source()));
        };
    }

    private static boolean isUnknown(Throwable failure) {
        return failure instanceof HoldfastException known && known.code() == FailureCode.BACKUP_UNKNOWN;
    }

    private Uni<RequestReaction<VerificationRequest, AcceptedRequest>> prepared(
            ReceivedMessage<VerificationRequest> receivedMessage) {
        return switch (receivedMessage.event()) {
            case VerificationRequest.Requested request ->
                sourceOf(request.backupId())
                        .invoke(source -> authorizer
                                .of(receivedMessage.principal())
                                .require(Permission.VERIFY, source.name(), () -> unknown(request.backupId())))
                        .map(source ->
                                (again, session) -> verify(request, source, receivedMessage.correlation(), session)
                                        .map(verification -> verification));
            case VerificationRequest.DrillRequested request ->
                drillRequests
                        .prepared(request, receivedMessage)
                        .map(begin -> (again, session) -> begin.apply(session).map(drill -> drill));
        };
    }

    private Uni<Verification> verify(
            VerificationRequest.Requested request, SourceRef source, String correlationId, Mutiny.Session session) {
        VerificationLevel level = request.level() == null ? VerificationLevel.PROVEN : request.level();
        return verificationRepository.begin(session, request.backupId(), source, level, correlationId);
    }

    /** As it was heard, else as it lies in the vault: a verifier with an empty database still verifies. */
    private Uni<SourceRef> sourceOf(BackupId backup) {
        return transactionRunner
                .run(session -> verificationRepository.sourceOf(session, backup))
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

    private Uni<AcceptedRequest> repeated(
            ReceivedMessage<VerificationRequest> receivedMessage, String subject, Mutiny.Session session) {
        VerificationId id = VerificationId.parse(subject);
        return switch (receivedMessage.event()) {
            case VerificationRequest.Requested ignored ->
                verificationRepository
                        .get(session, id)
                        .call(verification -> verificationRepository.repeat(session, verification))
                        .map(verification -> verification);
            case VerificationRequest.DrillRequested ignored -> drillRequests.repeated(session, id);
        };
    }
}
