package io.holdfast.backup.watch;

import io.holdfast.config.SourceConfig;

/** The rule by which a backup counts for the recovery point objective of its source. */
final class Objectives {
    private Objectives() {}

    /** Returns whether only proven backups count. With {@code verify.level: intact} no backup is proven, and stored ones count. */
    static boolean mustBeProven(SourceConfig source) {
        return source.verify().level() == SourceConfig.Level.PROVEN;
    }
}
