package io.holdfast.eventing.jobs;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** One ERROR line for each outage of this process, however many jobs await its end and however often. */
final class OutageLog {
    private static final Logger LOG = Logger.getLogger(OutageLog.class);

    private final Set<FailureCode> open = ConcurrentHashMap.newKeySet();

    void awaits(JobClaim claim, HoldfastException outage, Duration delay, Duration limit) {
        if (open.add(outage.code())) {
            LOG.errorf(
                    "%s; the %s job of %s is tried again for up to %s, and so is each job that meets this failure",
                    outage.getMessage(), claim.kind(), claim.subject(), limit);
        } else {
            LOG.infof("%s job of %s is tried again in %s: %s", claim.kind(), claim.subject(), delay, outage.code());
        }
    }

    /** A job that awaited the end of an outage went on. */
    void ended(JobClaim claim) {
        if (!open.isEmpty()) {
            LOG.infof("%s job of %s goes on: the end of %s", claim.kind(), claim.subject(), open);
            open.clear();
        }
    }
}
