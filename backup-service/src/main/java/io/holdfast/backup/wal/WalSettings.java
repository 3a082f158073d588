package io.holdfast.backup.wal;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.SourceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The settings of a source's archive, with their defaults. */
final class WalSettings {
    private static final int LONGEST_SLOT = 63;
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    private WalSettings() {}

    /** Empty if the WAL of the source is not archived. */
    static Optional<SourceConfig.Wal> of(ProtectedSource source) {
        return source.config().wal().filter(SourceConfig.Wal::enabled);
    }

    static String slot(ProtectedSource source, SourceConfig.Wal wal) {
        String name = "holdfast_" + source.ref().name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return wal.slot().orElse(name.substring(0, Math.min(LONGEST_SLOT, name.length())));
    }

    /** @return the spool of one server: a cluster that is initialised again has another one */
    static Path spool(SourceId source, Optional<SourceConfig.Wal> wal, String system) {
        Path folder =
                wal.flatMap(SourceConfig.Wal::spool).orElseGet(() -> temporary().resolve("holdfast-wal"));
        return folder.toAbsolutePath().normalize().resolve(source + "-" + system);
    }

    /** @return whether the folder of temporary files is lost with the machine's memory; false if that is unknown */
    static boolean defaultSpoolIsInMemory() {
        try {
            return IN_MEMORY.contains(Files.getFileStore(temporary()).type());
        } catch (IOException e) {
            return false;
        }
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
