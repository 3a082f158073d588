package io.holdfast.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.local.OfflineVault;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.SourceRecord;
import io.holdfast.vault.status.BackupStatus;
import io.holdfast.vault.status.CatalogEntry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

@Command(
        name = "rebuild-catalog",
        description = {
            "Rebuilds the catalog of all backups from manifests, tombstones, proofs and holds, while no service runs, and"
                    + " shows it. Writes nothing: backup-service rebuilds its own in the same way at each start and every"
                    + " hour, so after the loss of its database it is enough to start it on this vault."
        },
        footer = {
            "",
            "Says for each source whether holdfast.yaml has it under the id that the vault has for it. With --json the whole"
                    + " catalog. Exits with 1 if an object of a backup does not open.",
            "",
            "Examples:",
            "  ./holdfast vault rebuild-catalog",
            "  ./holdfast vault rebuild-catalog --config deploy/holdfast.yaml --json"
        })
final class VaultRebuildCatalogCommand extends OfflineCommand {

    @Override
    void work(HoldfastConfig config) {
        try (OfflineVault offline = open(config)) {
            Vault vault = offline.vault();
            ObjectNode document =
                    ServiceJson.object().put("vault", vault.id().toString()).put("at", vault.describe());
            ArrayNode sources = document.putArray("sources");
            TextTable table = new TextTable("SOURCE", "ID", ">BACKUPS", "OF THEM", "IN HOLDFAST.YAML");
            int unreadable = 0;
            for (SourceId source : vault.sources()) {
                unreadable += collect(config, vault, source, sources.addObject(), table);
            }
            output().say(table.isEmpty() ? "no source was ever backed up to vault " + vault.describe() : "");
            if (!table.isEmpty()) {
                output().say(table);
            }
            if (unreadable > 0) {
                throw CommandException.failed(
                        unreadable + " objects of backups do not open; ./holdfast vault check names them", document);
            }
            output().document(document);
            output().say("start backup-service on this vault, and its catalog is this");
        }
    }

    /** @return how many objects do not open */
    private static int collect(HoldfastConfig config, Vault vault, SourceId source, ObjectNode node, TextTable table) {
        String name = vault.source(source).map(SourceRecord::name).orElseGet(source::toString);
        String known = known(config, source, name);
        node.put("id", source.toString()).put("name", name).put("configuration", known);
        ArrayNode backups = node.putArray("backups");
        Map<BackupStatus, Integer> counts = new EnumMap<>(BackupStatus.class);
        int unreadable = 0;
        try (Stream<CatalogEntry> entries = vault.catalog(source)) {
            for (CatalogEntry entry : (Iterable<CatalogEntry>) entries::iterator) {
                backups.add(VaultListCommand.node(name, entry));
                counts.merge(entry.standing(), 1, Integer::sum);
                unreadable += entry.unreadable().size();
            }
        }
        int live = counts.entrySet().stream()
                .filter(each -> each.getKey() != BackupStatus.DELETED)
                .mapToInt(Map.Entry::getValue)
                .sum();
        table.row(name, source.toString(), Integer.toString(live), told(counts), known);
        return unreadable;
    }

    private static String told(Map<BackupStatus, Integer> counts) {
        return counts.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static String known(HoldfastConfig config, SourceId source, String name) {
        var configured = config.sources().get(name);
        Optional<UUID> wanted = configured == null ? Optional.empty() : configured.id();
        if (configured != null && wanted.isPresent() && !wanted.get().equals(source.value())) {
            return "as another: its id there is " + wanted.get();
        }
        boolean byId = config.sources().values().stream()
                .anyMatch(each -> each.id().filter(source.value()::equals).isPresent());
        return configured != null || byId ? "yes" : "no";
    }
}
