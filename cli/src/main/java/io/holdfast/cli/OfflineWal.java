package io.holdfast.cli;

import io.holdfast.cli.rest.CommandException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Vault;
import io.holdfast.wal.BaseBackup;
import io.holdfast.wal.BaseBackups;
import io.holdfast.wal.WalArchive;
import io.holdfast.wal.WalIndex;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A source's WAL archive and base backups in the vault, read without any service. */
record OfflineWal(SourceId source, String system, WalArchive archive, BaseBackups bases) {

    /** The source's id in the vault, by name or id. */
    static Optional<SourceId> find(Vault vault, String source) {
        return vault.findSource(source)
                .or(() -> vault.sources().stream()
                        .filter(id -> id.toString().equals(source))
                        .findFirst());
    }

    /** @param system the server's system identifier; null if the source has the archive of one server */
    static OfflineWal open(Vault vault, String source, @Nullable String system) {
        SourceId id = find(vault, source)
                .orElseThrow(() -> CommandException.failed("source \"" + source + "\" is not in vault "
                        + vault.describe() + "; ./holdfast vault list shows those that are"));
        List<String> systems = WalArchive.systems(vault, id);
        if (systems.isEmpty()) {
            throw CommandException.failed("source \"" + source + "\" has no WAL in vault " + vault.describe()
                    + "; archive it: ./holdfast vault archive --help");
        }
        if (system == null && systems.size() > 1) {
            throw CommandException.usage("source \"" + source + "\" has the WAL of several servers; choose one:"
                    + " --system " + String.join(" or ", systems));
        }
        String chosen = system == null ? systems.getFirst() : system;
        if (!systems.contains(chosen)) {
            throw CommandException.usage("source \"" + source + "\" has no WAL of a server " + chosen + ", but of "
                    + String.join(" and ", systems));
        }
        return new OfflineWal(id, chosen, WalArchive.of(vault, id, chosen), new BaseBackups(vault, id));
    }

    List<BaseBackup> backups() {
        return bases.list(system);
    }

    WalIndex index() {
        return archive.index();
    }
}
