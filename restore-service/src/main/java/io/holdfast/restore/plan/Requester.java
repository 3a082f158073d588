package io.holdfast.restore.plan;

import io.holdfast.access.Permission;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.caller.Access;
import java.util.function.Supplier;

/**
 * The sender of a request for a restore.
 *
 * @param name for records, and to tell a requester from an approver: the principal's, or the CloudEvents source of a request
 *     without one
 */
public record Requester(String name, Access access) {
    /** @throws HoldfastException REQUEST_FORBIDDEN, or SOURCE_UNKNOWN if the source is hidden from the requester */
    void mayRestore(String source) {
        access.require(Permission.RESTORE, source);
    }

    /**
     * @param unknown the failure for an unknown restore
     * @throws HoldfastException REQUEST_FORBIDDEN, or {@code unknown} if the source is hidden from the requester
     */
    public void mayRestore(String source, Supplier<HoldfastException> unknown) {
        access.require(Permission.RESTORE, source, unknown);
    }
}
