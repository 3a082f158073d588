package io.holdfast.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.BackupResponse;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.rest.VerificationResponse;
import io.holdfast.devstack.Service;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Follows a backup until it is proven, or until it is known that it won't be. */
public final class ProofPoller {
    /** A source may have only every n-th backup verified: who waits for a proof then asks for it. */
    private static final Duration COMES_BY_ITSELF_WITHIN = Duration.ofSeconds(20);

    private final HoldfastClient holdfastClient;
    private final Clock clock;
    private final String id;
    private @Nullable Instant storedSince;
    private boolean asked;

    public ProofPoller(HoldfastClient holdfastClient, Clock clock, String id) {
        this.holdfastClient = holdfastClient;
        this.clock = clock;
        this.id = id;
    }

    /** The backup, and as {@code verification} its newest verification, if there is one. */
    public JsonNode fetch() {
        JsonNode backup = holdfastClient.get(Service.BACKUP, "/api/backups/" + id);
        if (!backup.path("state").asText().equals("STORED")) {
            return backup;
        }
        JsonNode newest = newestVerification();
        if (newest == null) {
            askIfNoneComes();
            return backup;
        }
        ObjectNode both = backup.deepCopy();
        return both.set("verification", newest);
    }

    public static boolean decided(JsonNode job) {
        BackupResponse backup = ServiceJson.read(job, BackupResponse.class);
        if (backup.proven() || backup.lost()) {
            return true;
        }
        if (!job.has("verification")) {
            return false;
        }
        VerificationResponse verification = ServiceJson.read(job.path("verification"), VerificationResponse.class);
        // a passed one of level PROVEN is about to make the backup PROVEN
        return verification.ended()
                && !(verification.passed() && verification.level().equals("PROVEN"));
    }

    /** @throws CommandException FAILED unless the backup is proven */
    public static void require(JsonNode job) {
        BackupResponse backup = ServiceJson.read(job, BackupResponse.class);
        if (backup.proven()) {
            return;
        }
        if (!job.has("verification")) {
            throw CommandException.failed("backup " + backup.id() + " is " + backup.state() + ": " + backup.why(), job);
        }
        VerificationResponse verification = ServiceJson.read(job.path("verification"), VerificationResponse.class);
        throw CommandException.failed(
                verification.passed()
                        ? "backup " + backup.id() + " was only checked to be " + verification.level()
                                + "; set verify: { level: proven } for this source, or ./holdfast verify " + backup.id()
                        : "backup " + backup.id() + " is stored but could not be proven: " + verification.why()
                                + "; try again with ./holdfast verify " + backup.id(),
                job);
    }

    private @Nullable JsonNode newestVerification() {
        JsonNode newest = null;
        for (JsonNode each : holdfastClient
                .get(Service.VERIFIER, "/api/verifications", Map.of("backup", id))
                .path("items")) {
            boolean newer = newest == null
                    || each.path("requestedAt")
                                    .asText()
                                    .compareTo(newest.path("requestedAt").asText())
                            > 0;
            newest = newer ? each : newest;
        }
        return newest;
    }

    private void askIfNoneComes() {
        Instant since = storedSince;
        if (since == null) {
            storedSince = clock.instant();
        } else if (!asked && Duration.between(since, clock.instant()).compareTo(COMES_BY_ITSELF_WITHIN) > 0) {
            holdfastClient.post(Service.VERIFIER, "/api/verifications", Map.of("backupId", id, "level", "PROVEN"));
            asked = true;
        }
    }
}
