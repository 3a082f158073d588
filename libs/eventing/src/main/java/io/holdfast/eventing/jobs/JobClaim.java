package io.holdfast.eventing.jobs;

import java.util.UUID;

/** One row of the job table, as it was claimed. */
record JobClaim(UUID id, String kind, String subject, long epoch, int attempt, boolean cancelRequested) {}
