package io.holdfast.backup.vault;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.holdfast.vault.Vault;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Opens the vault at the interval of the source checks. A vault that cannot be opened twice in a row raises an alert, and one success ends
 * it. A platform with a production source has an alert until a copy of the vault's key is confirmed.
 */
@Singleton
class VaultWatch extends RecurringJob {
    static final String DOWN = "vault-unreachable";
    private static final String CAUSE = "vault";
    static final String ESCROW = "key-escrow";
    private static final String PRODUCTION = "production";

    private final PinnedVault vaults;
    private final VaultMeters meters;
    private final AlertBook alerts;
    private final LiveConfig live;
    private @Nullable HoldfastException last;

    VaultWatch(RecurringJobStore jobs, PinnedVault vaults, VaultMeters meters, AlertBook alerts, LiveConfig live) {
        super(jobs);
        this.vaults = vaults;
        this.meters = meters;
        this.alerts = alerts;
        this.live = live;
    }

    @Override
    public String kind() {
        return "vault-check";
    }

    @Override
    protected Duration every() {
        return live.current().platform().checkEvery();
    }

    @Override
    protected boolean atStart() {
        return true;
    }

    @Override
    protected void round(Lease lease) {
        try {
            Vault vault = vaults.open();
            boolean escrowed = vault.keys().escrow().isPresent();
            last = null;
            meters.opened(escrowed, every());
            alerts.resolve(DOWN);
            escrow(vault, escrowed);
        } catch (HoldfastException failure) {
            meters.failed(every());
            if (last != null) {
                alerts.raise(down(failure));
            }
            last = failure;
        }
    }

    private void escrow(Vault vault, boolean confirmed) {
        if (confirmed || !hasProduction()) {
            alerts.resolve(ESCROW);
            return;
        }
        alerts.raise(new AlertCondition(
                ESCROW,
                ESCROW,
                AlertEvent.Severity.WARNING,
                null,
                "no copy of the vault's key " + vault.keys().keyId()
                        + " is confirmed: without the key no backup can be read; copy the key file to another place, and"
                        + " confirm it: ./holdfast vault keys escrow",
                null));
    }

    private boolean hasProduction() {
        return live.current().sources().values().stream()
                .anyMatch(source ->
                        source.environment().filter(PRODUCTION::equals).isPresent());
    }

    private static AlertCondition down(HoldfastException failure) {
        return new AlertCondition(
                DOWN,
                DOWN,
                AlertEvent.Severity.CRITICAL,
                null,
                "the vault cannot be used [" + failure.code() + "]: " + failure.getMessage()
                        + "; backups, proofs and restores wait or fail until it can",
                CAUSE);
    }
}
