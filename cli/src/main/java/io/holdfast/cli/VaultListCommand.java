package io.holdfast.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.local.OfflineVault;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.SourceRecord;
import io.holdfast.vault.status.BackupStatus;
import io.holdfast.vault.status.CatalogEntry;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "list",
        description = "Lists the backups that lie in the vault, by what the vault itself says.",
        footer = {
            "",
            "STATE: proven, intact, stored (not verified), failed (its last verification), damaged (a chunk of it"
                    + " failed a check), unreadable (its manifest), deleted.",
            "",
            "Examples:",
            "  ./holdfast vault list",
            "  ./holdfast vault list portal --json"
        })
final class VaultListCommand extends OfflineCommand {
    @Parameters(paramLabel = "SOURCE", arity = "0..1", description = "Only this source's, by name or id.")
    private @Nullable String wanted;

    @Option(names = "--deleted", description = "Deleted backups too, until they are forgotten.")
    private boolean deleted;

    @Override
    void work(HoldfastConfig config) {
        try (OfflineVault offline = open(config)) {
            Vault vault = offline.vault();
            TextTable table = new TextTable("SOURCE", "BACKUP", "OF", "STATE", ">ROWS", ">STORED", "LABELS");
            ObjectNode document =
                    ServiceJson.object().put("vault", vault.id().toString()).put("at", vault.describe());
            ArrayNode list = document.putArray("backups");
            for (SourceId source : sources(vault)) {
                String name = vault.source(source).map(SourceRecord::name).orElseGet(source::toString);
                try (Stream<CatalogEntry> entries = vault.catalog(source)) {
                    entries.filter(entry -> deleted || entry.standing() != BackupStatus.DELETED)
                            .forEach(entry -> {
                                row(table, name, entry);
                                list.add(node(name, entry));
                            });
                }
            }
            output().document(document);
            output().say(table.isEmpty() ? "no backups in vault " + vault.id() + " at " + vault.describe() : "");
            if (!table.isEmpty()) {
                output().say(table);
            }
        }
    }

    private List<SourceId> sources(Vault vault) {
        if (wanted == null) {
            return vault.sources();
        }
        String name = wanted;
        return List.of(vault.findSource(name)
                .or(() -> vault.sources().stream()
                        .filter(id -> id.toString().equals(name))
                        .findFirst())
                .orElseThrow(() -> CommandException.failed("source \"" + name + "\" was never backed up to vault "
                        + vault.describe() + "; ./holdfast vault list shows those that were")));
    }

    private static void row(TextTable table, String name, CatalogEntry entry) {
        Manifest manifest = entry.manifest();
        table.row(
                name,
                entry.backup().toString(),
                manifest == null ? "-" : HumanFormat.instant(manifest.contents().snapshotAt()),
                state(entry) + (entry.hold() == null ? "" : ", held"),
                manifest == null ? "-" : HumanFormat.count(manifest.totals().rows()),
                manifest == null ? "-" : HumanFormat.bytes(manifest.totals().storedBytes()),
                manifest == null ? "" : String.join(" ", manifest.contents().labels()));
    }

    static ObjectNode node(String name, CatalogEntry entry) {
        ObjectNode node = ServiceJson.object()
                .put("id", entry.backup().toString())
                .put("source", name)
                .put("sourceId", entry.source().toString())
                .put("state", entry.standing().name())
                .put("held", entry.hold() != null);
        Manifest manifest = entry.manifest();
        if (manifest != null) {
            node.put("kind", manifest.contents().kind())
                    .put("snapshotAt", manifest.contents().snapshotAt().toString())
                    .put("partial", manifest.contents().partial())
                    .put("engine", manifest.contents().server().engine())
                    .put("serverVersion", manifest.contents().server().version());
            node.set("labels", ServiceJson.tree(manifest.contents().labels()));
            node.set("totals", ServiceJson.tree(manifest.totals()));
        }
        node.set("unreadable", ServiceJson.tree(entry.unreadable()));
        return node;
    }

    private static String state(CatalogEntry entry) {
        return entry.standing().name().toLowerCase(Locale.ROOT);
    }
}
