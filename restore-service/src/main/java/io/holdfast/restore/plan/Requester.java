package io.holdfast.restore.plan;

import io.holdfast.access.Permission;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.caller.Access;
import io.holdfast.restore.domain.RestoreRepository;

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

    /** @throws HoldfastException REQUEST_FORBIDDEN, or BACKUP_UNKNOWN if the restore's source is hidden from the requester */
    public void mayRestore(RestoreId id, String source) {
        access.require(Permission.RESTORE, source, () -> RestoreRepository.unknown(id));
    }
}
