package io.holdfast.vault.core;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.format.VaultLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The present by two clocks: this machine's, and the store's, which stamps objects. An age counts only if both agree, so
 * that one wrong clock deletes nothing too early.
 */
public record DualClockInstant(Instant local, Instant store) {

    /** Asks the store by writing an empty object: the one thing about its clock that every S3 server tells. */
    public static DualClockInstant of(VaultContext vault) {
        vault.store().put(VaultLayout.CLOCK, new byte[0]);
        Instant store = vault.store()
                .head(VaultLayout.CLOCK)
                .orElseThrow(() -> HoldfastException.of(
                        FailureCode.VAULT_UNREACHABLE,
                        "vault " + vault.store().describe() + " does not show an object just written; try again"))
                .modified();
        return new DualClockInstant(vault.grace().clock().instant(), store);
    }

    /** Whether it is at least so long since all of these, whichever clock is asked. */
    public boolean since(Duration age, Instant... times) {
        Instant now = local.isBefore(store) ? local : store;
        Instant latest = Arrays.stream(times).max(Comparator.naturalOrder()).orElse(now);
        return !latest.plus(age).isAfter(now);
    }

    /** Whether it is less than so long since all of these, whichever clock is asked. */
    public boolean within(Duration age, Instant... times) {
        Instant now = local.isBefore(store) ? store : local;
        Instant earliest = Arrays.stream(times).min(Comparator.naturalOrder()).orElse(now);
        return earliest.plus(age).isAfter(now);
    }
}
