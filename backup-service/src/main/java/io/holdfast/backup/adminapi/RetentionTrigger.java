package io.holdfast.backup.adminapi;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;

/** Retention, as the endpoints of this package need it. */
public interface RetentionTrigger {

    /**
     * Applies the retention policy of a source now. Blocks until the run has ended. May be repeated.
     *
     * @param requestedBy the endpoint that asked, for the activity log
     * @return the number of deleted backups; 0 if the policy keeps all
     * @throws HoldfastException REQUEST_CONFLICT if retention is suspended for the source, because its newest backups failed or
     *     none is proven: nothing was deleted. Any other code if the run failed; some backups may be deleted then
     */
    int run(SourceId source, String requestedBy);
}
