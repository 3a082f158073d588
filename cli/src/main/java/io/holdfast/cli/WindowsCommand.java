package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "windows",
        description = {
            "Shows the points in time to which a PostgreSQL source can be restored, and the state of its WAL archive.",
            "A window reaches from the end of a base backup to the last archived commit."
        },
        footer = {
            "",
            "Times are those of commits, by the server's clock. Exits with 1 if there is no window.",
            "",
            "Examples:",
            "  ./holdfast windows portal",
            "  ./holdfast windows portal --json"
        })
final class WindowsCommand extends ServerCommand {
    @Parameters(paramLabel = "SOURCE", description = "The source.")
    private String source;

    @Override
    void run() {
        JsonNode found = api().get(
                        Service.BACKUP,
                        "/api/sources/" + URLEncoder.encode(source, StandardCharsets.UTF_8) + "/windows");
        output().document(found);
        TextTable table = new TextTable(">TIMELINE", "FROM", "TO", "TO LSN", ">BASES");
        boolean any = false;
        for (JsonNode server : found.path("servers")) {
            for (JsonNode window : server.path("windows")) {
                any = true;
                table.row(
                        window.path("timeline").asText(),
                        time(window.path("from")),
                        time(window.path("to")),
                        window.path("toLsn").asText(),
                        window.path("bases").asText());
            }
        }
        if (any) {
            output().say(table);
        }
        found.path("servers").forEach(server -> server.path("holes").forEach(this::hole));
        if (found.path("history").isObject()) {
            any |= history(found.path("history"));
        } else {
            found.path("servers").forEach(server -> proofs(server.path("proofs")));
            archive(found.path("archive"));
        }
        if (!any) {
            throw CommandException.failed(
                    "source \"" + source + "\" has no window: "
                            + (found.path("history").isObject()
                                    ? "its provider names none"
                                    : "no base backup has all WAL up to its end"),
                    found);
        }
    }

    private void hole(JsonNode hole) {
        output().note("timeline " + hole.path("timeline").asText() + ": WAL segment "
                + hole.path("segment").asText()
                + (hole.path("segments").asLong() > 1
                        ? " and " + (hole.path("segments").asLong() - 1) + " after it are"
                        : " is")
                + " missing or damaged"
                + (hole.path("after").isTextual()
                        ? "; the window ends at " + hole.path("after").asText()
                        : ""));
    }

    /** The latest success, and what has none. */
    private void proofs(JsonNode proofs) {
        String proven = null;
        String compared = null;
        for (JsonNode proof : proofs) {
            String point = proof.path("instant").isTextual()
                    ? "instant " + proof.path("instant").asText()
                    : "base backup " + proof.path("base").asText();
            if (proof.path("outcome").asText().equals("PROVEN")) {
                proven = point + " was proven by a recovery " + time(proof.path("at"))
                        + (proof.path("amcheck").asBoolean() ? ", with pg_amcheck" : "");
                compared = proof.path("rows").isObject() ? rows(proof) : compared;
            } else {
                output().note(point + " is not proven (" + proof.path("outcome").asText() + "): "
                        + proof.path("reason").asText());
            }
        }
        output().say(proven == null ? "no recovery is proven yet" : proven);
        if (compared != null) {
            output().say(compared);
        }
    }

    private static String rows(JsonNode proof) {
        JsonNode rows = proof.path("rows");
        return "recovered to LSN " + rows.path("lsn").asText() + ", the rows of "
                + rows.path("tables").asInt() + " tables of database \""
                + rows.path("database").asText() + "\" were those of backup "
                + rows.path("backup").asText() + " (" + time(proof.path("at")) + ")";
    }

    /** @return whether there is a window */
    private boolean history(JsonNode history) {
        if (history.path("failure").isTextual()) {
            output().note(history.path("failure").asText());
            return false;
        }
        output().say(history.path("provider").asText() + " keeps the instants from " + time(history.path("from"))
                + " to " + time(history.path("to")));
        return true;
    }

    private void archive(JsonNode archive) {
        if (archive.isMissingNode()) {
            output().note("the WAL of source \"" + source + "\" is not archived now");
            return;
        }
        output().say("archived " + time(archive.path("archivedAt")) + " by slot "
                + archive.path("slot").asText() + "; the server keeps "
                + HumanFormat.bytes(archive.path("slotLagBytes").asLong()) + ", the spool has "
                + HumanFormat.bytes(archive.path("spoolBytes").asLong()));
        for (String failure : new String[] {"failure", "baseFailure"}) {
            if (archive.path(failure).isTextual()) {
                output().note(archive.path(failure).asText());
            }
        }
    }

    private static String time(JsonNode instant) {
        return instant.isTextual() ? HumanFormat.instant(Instant.parse(instant.asText())) : "-";
    }
}
