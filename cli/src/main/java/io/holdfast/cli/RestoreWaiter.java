package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.jobs.JobPoller;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.RestoreResponse;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.devstack.Service;
import java.time.Duration;

/** Waits for a restore and says what became of it. */
final class RestoreWaiter {
    private RestoreWaiter() {}

    /** Fails if it did not end as it was asked for; REFUSED if somebody else has to approve it first. */
    static void await(
            HoldfastClient holdfastClient,
            CliContext context,
            CommandOutput output,
            String id,
            String what,
            Duration timeout) {
        JsonNode ended = new JobPoller(context.pace(), output, timeout)
                .until(
                        what,
                        () -> holdfastClient.get(Service.RESTORE, "/api/restores/" + id),
                        job -> ServiceJson.read(job, RestoreResponse.class).ended());
        RestoreResponse restore = ServiceJson.read(ended, RestoreResponse.class);
        if (restore.awaitsApproval()) {
            throw CommandException.refused(
                    "restore " + id + " awaits the approval of another person: ./holdfast approve " + id, ended);
        }
        if (restore.planned()) {
            plan(output, ended);
            return;
        }
        if (!restore.completed()) {
            String said = "restore " + id + " is " + restore.state() + ": " + restore.why() + restore.afterwards();
            throw restore.refused() ? CommandException.refused(said, ended) : CommandException.failed(said, ended);
        }
        output.document(ended);
        DetailFormatter.lines(restore).forEach(output::say);
        String kept = ended.path("keptUntil").asText("");
        if (!kept.isEmpty()) {
            output.say("kept       what was there before, until " + kept + ": ./holdfast rollback " + id);
        }
        String bookmark = ended.path("bookmark").asText("");
        if (!bookmark.isEmpty()) {
            output.say("way back   to the state before, bookmark " + bookmark + ": ./holdfast rollback " + id);
        }
    }

    private static void plan(CommandOutput output, JsonNode ended) {
        JsonNode plan = ended.path("plan");
        plan.path("lines").forEach(line -> output.say("plan       " + line.asText()));
        JsonNode problems = plan.path("problems");
        if (!problems.isEmpty()) {
            StringBuilder all = new StringBuilder("the restore cannot be done as it is:");
            problems.forEach(problem ->
                    all.append("\n  - ").append(problem.path("message").asText()));
            throw CommandException.refused(all.toString(), ended);
        }
        output.document(ended);
        output.say("nothing prevents it; it would take about "
                + plan.path("seconds").asLong() + " s"
                + (plan.path("measured").asBoolean() ? "" : ", as far as that can be said before the first restore"));
    }
}
