package io.holdfast.backup.wal;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.SourceId;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The settings of a source's archive, with their defaults. */
final class WalSettings {
    private static final int LONGEST_SLOT = 63;

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
        Path folder = wal.flatMap(SourceConfig.Wal::spool)
                .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "holdfast-wal"));
        return folder.toAbsolutePath().normalize().resolve(source + "-" + system);
    }
}
