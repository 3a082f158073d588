package io.holdfast.supabase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.pointintime.PointInTimeWindow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A live project, which Supabase restores where it is. Supabase makes no copy of an instant, and has no key that would make a request
 * for a restore idempotent: the caller records its request before it is sent, and never sends a second one for it.
 *
 * <p>Calls that read fail with SOURCE_UNREACHABLE, SOURCE_AUTHENTICATION_FAILED, SOURCE_PERMISSION_DENIED, SOURCE_UNSUPPORTED or
 * CANCELLED.
 */
public final class SupabaseProject {
    public static final String PROVIDER = "supabase";

    private final SupabaseClient client;
    private final String project;

    public SupabaseProject(SupabaseSettings settings, PasswordSupplier token) {
        this(settings, token, Thread::sleep);
    }

    SupabaseProject(SupabaseSettings settings, PasswordSupplier token, SupabaseClient.Pause pause) {
        this.client = new SupabaseClient(settings, token, pause);
        this.project = settings.project();
    }

    /** Returns the project's reference. */
    public String reference() {
        return project;
    }

    public ProjectStatus status() {
        JsonNode status = client.get("").path("status");
        if (!status.isTextual()) {
            throw client.unusable("the project has no status");
        }
        return new ProjectStatus(status.textValue());
    }

    /** Returns the instants to which Supabase can restore the project now; fails with POINT_NOT_COVERED if there are none. */
    public PointInTimeWindow window() {
        JsonNode backups = client.get("/database/backups");
        JsonNode enabled = backups.path("pitr_enabled");
        if (!enabled.isBoolean()) {
            throw client.unusable("it does not tell whether point-in-time recovery is on");
        }
        if (!enabled.booleanValue()) {
            throw HoldfastException.about(
                    project,
                    FailureCode.POINT_NOT_COVERED,
                    client.shown() + ": point-in-time recovery is off, so Supabase keeps daily backups only; turn the"
                            + " add-on on, or restore a backup of Holdfast (leave --point-in-time out)");
        }
        JsonNode kept = backups.path("physical_backup_data");
        long earliest = kept.path("earliest_physical_backup_date_unix").asLong(0);
        long latest = kept.path("latest_physical_backup_date_unix").asLong(0);
        if (earliest <= 0 || latest < earliest) {
            throw HoldfastException.about(
                    project,
                    FailureCode.POINT_NOT_COVERED,
                    client.shown() + ": Supabase has no physical backup yet; the first one is made some time after"
                            + " point-in-time recovery was turned on");
        }
        return new PointInTimeWindow(Instant.ofEpochSecond(earliest), Instant.ofEpochSecond(latest));
    }

    /**
     * Returns the state that {@link #restore} of this instant brings back: that of its whole second.
     *
     * @throws HoldfastException POINT_NOT_COVERED, which names the window
     */
    public Instant covered(Instant at) {
        PointInTimeWindow window = window();
        Instant second = at.truncatedTo(ChronoUnit.SECONDS);
        if (!window.covers(second)) {
            throw HoldfastException.about(
                    at.toString(),
                    FailureCode.POINT_NOT_COVERED,
                    client.shown() + " keeps the instants from " + window.from() + " to " + window.to()
                            + ", and cannot go back to " + second + ". The newest one is about two minutes old, older"
                            + " while nothing is written");
        }
        return second;
    }

    /**
     * Requests the restore of the whole project, once: the request is repeated only if Supabase did not carry it out.
     *
     * @param check called right before each try is sent; nothing is sent if it throws. LEASE_LOST and CANCELLED are passed on, another
     *     failure is the answer {@link RestoreAnswer.Refused}
     */
    public RestoreAnswer restore(Instant second, Runnable check) {
        JsonNode body = JsonNodeFactory.instance.objectNode().put("recovery_time_target_unix", second.getEpochSecond());
        SupabaseClient.Answer answer;
        try {
            answer = client.send("POST", "/database/backups/restore-pitr", body, check);
        } catch (HoldfastException e) {
            if (e.code().category() == FailureCode.Category.WORKER) {
                throw e; // after CANCELLED it is not known whether it was sent
            }
            return new RestoreAnswer.Refused(e);
        }
        if (answer.succeeded()) {
            return new RestoreAnswer.Accepted();
        }
        return answer.unknown()
                ? new RestoreAnswer.Unknown(answer.status() == 0 ? "no answer" : answer.said())
                : new RestoreAnswer.Refused(client.failure(answer));
    }
}
