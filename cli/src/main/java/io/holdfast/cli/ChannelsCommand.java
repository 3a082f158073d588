package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "channels",
        description = "Lists the channels of notifications with the state of their last delivery, or tests one.",
        subcommands = ChannelTestCommand.class,
        footer = {
            "",
            "A delivery is PENDING, DELIVERED, FAILED, or SKIPPED if it need not be sent.",
            "",
            "Examples:",
            "  ./holdfast channels",
            "  ./holdfast channels --json",
            "  ./holdfast channels test ops-slack"
        })
final class ChannelsCommand extends ServerCommand {
    @Override
    void run() {
        JsonNode list = api().list(Service.NOTIFIER, "/api/channels", Map.of(), 10_000);
        output().document(list);
        TextTable table = new TextTable("CHANNEL", "TYPE", "LAST DELIVERY", "AT", "~ERROR");
        list.path("items").forEach(channel -> {
            JsonNode last = channel.path("lastDelivery");
            table.row(
                    channel.path("name").asText(),
                    channel.path("type").asText(),
                    last.path("state").asText("never").toLowerCase(Locale.ROOT),
                    AccessCells.instant(last.path("at"), "-"),
                    last.path("error").asText("-"));
        });
        if (table.isEmpty()) {
            output().say("no channels; add them under holdfast.channels in holdfast.yaml");
        } else {
            output().say(table);
        }
    }
}
