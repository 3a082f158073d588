package io.holdfast.restore.domain;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a provider's restore of a live server has come. The request is recorded before it is sent, because the provider has no key
 * that would make it idempotent: once {@code requestedAt} is set, no worker sends another one.
 *
 * @param project that was asked for, whatever the configuration says later
 * @param database that was marked: its role, host, port and name
 * @param second the state that comes back
 * @param requestedAt when a worker was about to send the request; null: it was not sent, or the provider has refused it
 * @param acceptedAt when the provider has confirmed it; null: whether it got the request is not known
 * @param unchangedSince since when every look found the project healthy and the state before the restore
 * @param restoredAt when the earlier state was found
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RewindProgress(
        String project,
        String database,
        Instant second,
        @Nullable Instant requestedAt,
        @Nullable Instant acceptedAt,
        @Nullable Instant unchangedSince,
        @Nullable Instant restoredAt) {

    public static RewindProgress to(Instant second, String project, String database) {
        return new RewindProgress(project, database, second, null, null, null, null);
    }

    public RewindProgress requested(Instant now) {
        return new RewindProgress(project, database, second, now, null, null, null);
    }

    /** Nothing was sent, or the provider has refused it. */
    public RewindProgress notRequested() {
        return new RewindProgress(project, database, second, null, null, null, null);
    }

    public RewindProgress accepted(Instant now) {
        return new RewindProgress(project, database, second, requestedAt, now, null, null);
    }

    /** @param since null: the last look found something else */
    public RewindProgress unchanged(@Nullable Instant since) {
        return new RewindProgress(project, database, second, requestedAt, acceptedAt, since, restoredAt);
    }

    public RewindProgress restored(Instant now) {
        return new RewindProgress(project, database, second, requestedAt, acceptedAt, null, now);
    }

    /** Whether the provider may have carried out, or may yet carry out, a request whose restore was not seen. */
    public boolean mayStillRestore() {
        return requestedAt != null && restoredAt == null;
    }
}
