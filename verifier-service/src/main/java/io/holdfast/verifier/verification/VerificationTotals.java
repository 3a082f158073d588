package io.holdfast.verifier.verification;

import io.holdfast.contracts.CheckResult;
import java.util.List;

/**
 * What a verification that passed has looked at.
 *
 * @param bytes of rows as text
 * @param restoreMillis how long the restore into the scratch database took; 0 at level INTACT
 * @param checks what the data is like: an alert at most, never a reason to call the backup bad; empty at level INTACT
 */
public record VerificationTotals(int tables, long rows, long bytes, long restoreMillis, List<CheckResult> checks) {
    public VerificationTotals {
        checks = List.copyOf(checks);
    }
}
