package io.holdfast.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.local.OfflineVault;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.wal.WalHole;
import io.holdfast.wal.WalWindows;
import io.holdfast.wal.Window;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "windows",
        description = {
            "Lists the points in time to which a PostgreSQL server can be recovered: from the end of a base backup to the"
                    + " last archived commit, without a hole in the WAL between them."
        },
        footer = {
            "",
            "Times are those of commits, by the server's clock. Exits with 1 if there is no window.",
            "",
            "Examples:",
            "  ./holdfast vault windows portal",
            "  ./holdfast vault windows portal --json"
        })
final class VaultWindowsCommand extends OfflineCommand {
    @Parameters(paramLabel = "SOURCE", description = "The source, by name or id.")
    private String source;

    @Option(
            names = "--system",
            paramLabel = "ID",
            description = "The server's system identifier, if there are several.")
    private @Nullable String system;

    @Override
    void work(HoldfastConfig config) {
        try (OfflineVault offline = open(config)) {
            OfflineWal wal = OfflineWal.open(offline.vault(), source, system);
            WalWindows found = WalWindows.of(wal.backups(), wal.index());
            ObjectNode document = ServiceJson.object()
                    .put("source", source)
                    .put("sourceId", wal.source().toString())
                    .put("system", wal.system());
            document.set("windows", ServiceJson.tree(found.windows()));
            document.set("holes", ServiceJson.tree(found.holes()));
            output().document(document);
            if (found.windows().isEmpty()) {
                output().say("source \"" + source + "\" has no window: no base backup has all WAL up to its end");
            } else {
                output().say(table(found));
            }
            found.holes().forEach(hole -> output().note(told(hole)));
            if (found.windows().isEmpty()) {
                throw CommandException.failed("source \"" + source + "\" has no window", document);
            }
        }
    }

    private static TextTable table(WalWindows found) {
        TextTable table = new TextTable(">TIMELINE", "FROM", "TO", "TO LSN", ">BASES");
        for (Window window : found.windows()) {
            table.row(
                    Integer.toString(window.timeline()),
                    HumanFormat.instant(window.from()),
                    HumanFormat.instant(window.to()),
                    window.last().toString(),
                    Integer.toString(window.bases().size()));
        }
        return table;
    }

    private static String told(WalHole hole) {
        return "timeline " + hole.timeline() + ": WAL segment " + hole.first()
                + (hole.segments() > 1 ? " and " + (hole.segments() - 1) + " after it are" : " is")
                + " missing or damaged"
                + (hole.after() == null ? "" : "; the window ends at " + hole.after());
    }
}
