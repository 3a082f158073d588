package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "resume",
        description = "Ends the pause of a source: its scheduled backups run again from the next slot on.",
        footer = {"", "Examples:", "  ./holdfast resume portal"})
final class ResumeCommand extends ServerCommand {
    @Parameters(paramLabel = "SOURCE", description = "The source.")
    private String source;

    @Override
    void run() {
        JsonNode answer = api().post(Service.BACKUP, "/api/sources/" + source + "/resume", null);
        output().document(answer);
        String next = answer.path("next").asText();
        output().say("source " + source + " is not paused; "
                + (next.isEmpty() ? "it has no schedule" : "its next scheduled backup starts at " + next));
    }
}
