package io.holdfast.verifier.proof;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.VerificationId;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.JobOutage;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.tracing.SpanAttributes;
import io.holdfast.verifier.verification.Verification;
import io.holdfast.verifier.verification.VerificationRepository;
import io.holdfast.verifier.verification.VerificationVerdict;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.hibernate.reactive.mutiny.Mutiny;

/** Does the verifications. The signed proof is in the vault before the verdict is told; writing it twice is one proof. */
@ApplicationScoped
class VerificationWorker implements JobHandler {
    private final VerificationRepository verificationRepository;
    private final BackupVerifier backupVerifier;

    VerificationWorker(VerificationRepository verificationRepository, BackupVerifier backupVerifier) {
        this.verificationRepository = verificationRepository;
        this.backupVerifier = backupVerifier;
    }

    @Override
    public String kind() {
        return VerificationRepository.JOB_KIND;
    }

    @Override
    public void run(Lease lease) {
        VerificationId id = VerificationId.parse(lease.subject());
        Verification verification = lease.commit(session -> verificationRepository.started(session, id));
        SpanAttributes.current(
                SpanAttributes.VERIFICATION, id, verification.source().name());
        VerificationVerdict verdict = backupVerifier.verify(verification, lease);
        lease.complete(session -> verificationRepository.ended(session, id, verdict));
    }

    @Override
    public boolean awaitsEnd(HoldfastException outage) {
        return JobOutage.isOfVault(outage);
    }

    @Override
    public Uni<Void> waiting(Lease lease, HoldfastException outage, Duration delay, Mutiny.Session session) {
        return verificationRepository.waits(session, VerificationId.parse(lease.subject()), outage.reason(), delay);
    }

    /** A worker that could not finish knows nothing of the backup. */
    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        return verificationRepository
                .ended(
                        session,
                        VerificationId.parse(lease.subject()),
                        new VerificationVerdict.Inconclusive(holdfastException.reason()))
                .replaceWithVoid();
    }
}
