package io.holdfast.verifier.proof;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.VerificationId;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.verifier.verification.Verdict;
import io.holdfast.verifier.verification.Verification;
import io.holdfast.verifier.verification.Verifications;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/** Does the verifications. The signed proof is in the vault before the verdict is told; writing it twice is one proof. */
@ApplicationScoped
class VerificationWorker implements JobHandler {
    private final Verifications verifications;
    private final Prover prover;

    VerificationWorker(Verifications verifications, Prover prover) {
        this.verifications = verifications;
        this.prover = prover;
    }

    @Override
    public String kind() {
        return Verifications.JOB_KIND;
    }

    @Override
    public void run(Lease lease) {
        VerificationId id = VerificationId.parse(lease.subject());
        Verification verification = lease.commit(session -> verifications.started(session, id));
        Verdict verdict = prover.verify(verification, lease);
        lease.complete(session -> verifications.ended(session, id, verdict));
    }

    /** A worker that could not finish knows nothing of the backup. */
    @Override
    public Uni<Void> failed(Lease lease, Failure failure, Mutiny.Session session) {
        return verifications
                .ended(session, VerificationId.parse(lease.subject()), new Verdict.Inconclusive(failure.reason()))
                .replaceWithVoid();
    }
}
