package io.holdfast.backup.approval;

import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Removes expired requests and approvals, and resolves their alerts. */
@Singleton
class ApprovalExpiryJob extends RecurringJob {
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final OperationApprovals approvals;

    ApprovalExpiryJob(RecurringJobStore jobs, OperationApprovals approvals) {
        super(jobs);
        this.approvals = approvals;
    }

    @Override
    public String kind() {
        return "approval-expiry";
    }

    @Override
    protected Duration every() {
        return EVERY;
    }

    @Override
    protected boolean atStart() {
        return false;
    }

    @Override
    protected void round(Lease lease) {
        approvals.expire();
    }
}
