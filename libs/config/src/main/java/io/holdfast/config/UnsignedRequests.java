package io.holdfast.config;

/** Which requests over Kafka are accepted without a signature. */
public enum UnsignedRequests {
    /** None. */
    REJECT,
    /** Requests for a backup; no other. */
    ALLOW_BACKUP
}
