package io.holdfast.backup.watch;

import io.holdfast.config.SourceConfig;

/** How a source's objectives are judged. */
final class Objectives {
    private Objectives() {}

    /** Whether only a proven backup counts: always, unless the source's backups are not restored for a proof. */
    static boolean mustBeProven(SourceConfig source) {
        return source.verify().level() == SourceConfig.Level.PROVEN;
    }
}
