package io.holdfast.backup.vault;

import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.holdfast.vault.Vault;
import io.holdfast.vault.gc.SweepReport;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Removes from the vault, every day, what deleted and unfinished backups left there longer ago than the grace. */
@Singleton
class SweepJob extends RecurringJob {
    private static final Logger LOG = Logger.getLogger(SweepJob.class);

    private final PinnedVault vaults;
    private final SweepHistory sweepHistory;
    private final LiveConfig live;

    SweepJob(RecurringJobStore jobs, PinnedVault vaults, SweepHistory sweepHistory, LiveConfig live) {
        super(jobs);
        this.vaults = vaults;
        this.sweepHistory = sweepHistory;
        this.live = live;
    }

    @Override
    public String kind() {
        return "sweep";
    }

    @Override
    protected Duration every() {
        return live.current().platform().sweepEvery();
    }

    @Override
    protected boolean atStart() {
        return false;
    }

    @Override
    protected void round(Lease lease) {
        Vault vault = vaults.open();
        for (SourceId source : vault.sources()) {
            lease.ensureHeld();
            SweepReport report = vault.sweep(source, false);
            sweepHistory.done(report, vault.usage(source));
            tell(report);
        }
    }

    private static void tell(SweepReport report) {
        if (report.blocked()) {
            LOG.warnf(
                    "source %s is not swept, because these may list any chunk: %s",
                    report.source(), String.join("; ", report.obstacles()));
        } else if (report.chunks() > 0
                || !report.backups().isEmpty()
                || !report.buried().isEmpty()) {
            LOG.infof(
                    "source %s is swept: %d chunks with %d bytes, of %d deleted backups; %d given up unfinished",
                    report.source(),
                    report.chunks(),
                    report.storedBytes(),
                    report.backups().size(),
                    report.buried().size());
        }
    }
}
