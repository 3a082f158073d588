package io.holdfast.restore.maintenance;

import io.holdfast.contracts.RestoreId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The time in which an application is kept away from its database.
 *
 * @param source its name
 * @param occasion of this restore, such as {@code switch} or {@code rollback}: what is asked twice on one occasion is one
 *     wish, what is asked on two is two
 * @param reason for people
 * @param expectedEndAt null: not known
 */
public record MaintenanceWindow(
        String source,
        RestoreId restore,
        String occasion,
        String reason,
        @Nullable Instant expectedEndAt) {

    String idempotencyKey(MaintenanceMode maintenanceMode) {
        return restore + "-" + occasion + "-" + maintenanceMode.word();
    }
}
