package io.holdfast.verifier.verification;

import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationRequest;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.smallrye.mutiny.Uni;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** What becomes of a request for a drill, which comes on the topic of verifications. */
public interface DrillRequests {

    /**
     * Checks a request before its transaction.
     *
     * @return what begins the drill in the transaction; fails to refuse the request
     */
    Uni<Function<Mutiny.Session, Uni<? extends AcceptedRequest>>> prepared(
            VerificationRequest.DrillRequested request, ReceivedMessage<VerificationRequest> message);

    /** Tells the known outcome of an accepted request once more. */
    Uni<AcceptedRequest> repeated(Mutiny.Session session, VerificationId id);
}
