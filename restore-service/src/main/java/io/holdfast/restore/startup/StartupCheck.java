package io.holdfast.restore.startup;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.plan.BackupCriterion;
import io.holdfast.restore.plan.RestorePreflight;
import io.holdfast.restore.plan.RestoreVaultProvider;
import io.holdfast.vault.Vault;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Says in the log, when the service starts, which restores go on and what could be restored: whatever keeps the vault shut is
 * known before a disaster. What is slow once, such as opening the vault and parsing the first query, is over then, too.
 */
@ApplicationScoped
class StartupCheck {
    private static final Logger LOG = Logger.getLogger(StartupCheck.class);
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private final LiveConfig live;
    private final RestoreVaultProvider vaults;
    private final RestorePreflight preflight;
    private final RestoreRepository restoreRepository;
    private final TransactionRunner transactionRunner;
    private @Nullable Thread looking;

    StartupCheck(
            LiveConfig live,
            RestoreVaultProvider vaults,
            RestorePreflight preflight,
            RestoreRepository restoreRepository,
            TransactionRunner transactionRunner) {
        this.live = live;
        this.vaults = vaults;
        this.preflight = preflight;
        this.restoreRepository = restoreRepository;
        this.transactionRunner = transactionRunner;
    }

    /** Nothing that is found keeps the service from starting, but a missing holdfast.yaml does. */
    void start(@Observes StartupEvent ignored) {
        live.current();
        looking = Thread.ofPlatform().daemon().name("holdfast-first-look").start(this::look);
    }

    void stop(@Observes ShutdownEvent ignored) {
        Thread running = looking;
        if (running != null) {
            running.interrupt();
        }
    }

    void look() {
        attempt(this::restores);
        attempt(this::sources);
    }

    /** The edge of a thread: what ends one look must not end the other. */
    private static void attempt(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                LOG.warnf(e, "a first look at what can be restored failed: %s", e.getMessage());
            }
        }
    }

    private void restores() {
        transactionRunner
                .run(restoreRepository::underWay)
                .await()
                .indefinitely()
                .forEach(restore -> LOG.infof(
                        "restore %s of %s is under way: %s",
                        restore.id(), restore.source().name(), restore.state()));
    }

    private void sources() {
        Vault vault = opened();
        if (vault != null) {
            live.current().sources().keySet().forEach(source -> LOG.info(newest(vault, source)));
        }
    }

    /** A vault that is yet to be made, or does not answer, is waited for; null if the service stops. */
    private @Nullable Vault opened() {
        String said = "";
        while (!Thread.currentThread().isInterrupted()) {
            try {
                return vaults.open();
            } catch (HoldfastException holdfastException) {
                rethrowIfStopped(holdfastException);
                String why = holdfastException.reason().message();
                if (!why.equals(said)) {
                    LOG.warnf("nothing can be restored as it is: %s", why);
                    said = why;
                }
                LockSupport.parkNanos(AGAIN.toNanos());
            }
        }
        return null;
    }

    private String newest(Vault vault, String source) {
        try {
            return vault.findSource(source)
                    .map(id -> preflight.choose(vault, new SourceRef(id, source), new BackupCriterion.LatestProven()))
                    .map(manifest -> source + " can be restored from backup " + manifest.backup() + " of "
                            + manifest.contents().snapshotAt())
                    .orElse(source + " has no backup yet");
        } catch (HoldfastException holdfastException) {
            rethrowIfStopped(holdfastException);
            return holdfastException.reason().message();
        }
    }

    private static void rethrowIfStopped(HoldfastException holdfastException) {
        if (holdfastException.code() == FailureCode.CANCELLED) {
            throw holdfastException;
        }
    }
}
