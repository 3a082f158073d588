package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What principals did over REST, and what they were refused. Holds no credential, query or body. */
public sealed interface AccessEvent extends Event {
    /**
     * The operation of {@link Refused} with status 429 that names an address with too many refused tokens. Its tokens are not
     * checked, so that no principal is known.
     */
    String AUTHENTICATION = "authentication";

    /** How an operation stands. */
    enum Outcome {
        /** Permitted and recorded before it has an effect. */
        STARTED,
        SUCCEEDED,
        FAILED
    }

    /**
     * A principal changed something, or received rows.
     *
     * @param principal name; {@code anonymous} without a credential
     * @param kind of the principal, such as PERSON or PROGRAM
     * @param address of the client as the service sees it; a proxy's address behind a proxy
     * @param operation method and path, such as {@code DELETE /api/backups/0197...}
     * @param permission what the operation needed, such as EXPORT or DELETE
     * @param source name of the source, if the operation is about one
     * @param status HTTP status; absent while it is STARTED
     */
    @EventType("OperationPerformed")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Performed(
            String principal,
            String kind,
            String address,
            String service,
            String operation,
            String permission,
            @Nullable String source,
            Outcome outcome,
            @Nullable Integer status,
            Instant performedAt)
            implements AccessEvent {
        public Performed {
            RequiredFields.fields(
                    "principal",
                    principal,
                    "kind",
                    kind,
                    "address",
                    address,
                    "service",
                    service,
                    "operation",
                    operation);
            RequiredFields.fields("permission", permission, "outcome", outcome, "performedAt", performedAt);
        }
    }

    /**
     * Calls were refused: no credential, an invalid one, or a missing permission.
     *
     * @param count calls of this principal from this address to this operation since the last event
     */
    @EventType("OperationRefused")
    record Refused(
            String principal,
            String kind,
            String address,
            String service,
            String operation,
            int status,
            String reason,
            long count,
            Instant refusedAt)
            implements AccessEvent {
        public Refused {
            RequiredFields.fields(
                    "principal",
                    principal,
                    "kind",
                    kind,
                    "address",
                    address,
                    "service",
                    service,
                    "operation",
                    operation);
            RequiredFields.fields("reason", reason, "refusedAt", refusedAt);
        }
    }

    /** A stored token authenticated a call; sent at most once in ten minutes by each service. */
    @EventType("TokenUsed")
    record TokenUsed(String tokenId, String service, Instant usedAt) implements AccessEvent {
        public TokenUsed {
            RequiredFields.fields("tokenId", tokenId, "service", service, "usedAt", usedAt);
        }
    }
}
