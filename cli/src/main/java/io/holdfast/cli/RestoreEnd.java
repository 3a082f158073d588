package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.jobs.Watch;
import io.holdfast.cli.rest.Api;
import io.holdfast.cli.rest.CommandFailure;
import io.holdfast.cli.rest.Json;
import io.holdfast.cli.rest.Restore;
import io.holdfast.cli.terminal.Output;
import io.holdfast.devstack.Service;
import java.time.Duration;
import java.util.List;

/** Waits for a restore and says what became of it. */
final class RestoreEnd {
    private RestoreEnd() {}

    /** Fails if it did not end as it was asked for; REFUSED if somebody else has to approve it first. */
    static void await(Api api, Context context, Output output, String id, String what, Duration timeout) {
        JsonNode ended = new Watch(context.pace(), output, timeout)
                .until(
                        what,
                        () -> api.get(Service.RESTORE, "/api/restores/" + id),
                        job -> Json.read(job, Restore.class).ended());
        Restore restore = Json.read(ended, Restore.class);
        if (restore.awaitsApproval()) {
            throw CommandFailure.refused(
                    "restore " + id + " awaits the approval of another person: ./holdfast approve " + id, ended);
        }
        if (restore.planned()) {
            plan(output, ended);
            return;
        }
        if (!restore.completed()) {
            String said = "restore " + id + " is " + restore.state() + ": " + restore.why();
            throw restore.refused() ? CommandFailure.refused(said, ended) : CommandFailure.failed(said, ended);
        }
        output.document(ended);
        Descriptions.lines(restore).forEach(output::say);
        List<Restore.TableResult> results = restore.tableResults();
        if (results != null) {
            long equal = results.stream().filter(Restore.TableResult::equal).count();
            output.say("compared   " + equal + " of " + results.size() + " tables are equal to the backup");
        }
        String kept = ended.path("keptUntil").asText("");
        if (!kept.isEmpty()) {
            output.say("kept       what was there before, until " + kept + ": ./holdfast rollback " + id);
        }
    }

    private static void plan(Output output, JsonNode ended) {
        JsonNode plan = ended.path("plan");
        plan.path("lines").forEach(line -> output.say("plan       " + line.asText()));
        JsonNode problems = plan.path("problems");
        if (!problems.isEmpty()) {
            StringBuilder all = new StringBuilder("the restore cannot be done as it is:");
            problems.forEach(problem ->
                    all.append("\n  - ").append(problem.path("message").asText()));
            throw CommandFailure.refused(all.toString(), ended);
        }
        output.document(ended);
        output.say("nothing stands against it; it would take about "
                + plan.path("seconds").asLong() + " s"
                + (plan.path("measured").asBoolean() ? "" : ", as far as that can be said before the first restore"));
    }
}
