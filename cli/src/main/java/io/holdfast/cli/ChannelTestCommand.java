package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.Service;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "test",
        description = "Sends a test message over a channel, and waits up to 15 seconds for the receiver's answer.",
        footer = {
            "",
            "Exits with 1 if the receiver refused the message or did not answer, and with 3",
            "if there is no such channel.",
            "",
            "Examples:",
            "  ./holdfast channels test ops-slack"
        })
final class ChannelTestCommand extends ServerCommand {
    @Parameters(paramLabel = "NAME", description = "The channel; see ./holdfast channels.")
    private String name;

    @Override
    void run() {
        String path = "/api/channels/"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20") + "/test";
        JsonNode answer = api().post(Service.NOTIFIER, path, null);
        output().document(answer);
        String remark = answer.path("remark").asText("");
        output().say("channel " + name + ": delivered" + (remark.isEmpty() ? "" : "; " + remark));
    }
}
