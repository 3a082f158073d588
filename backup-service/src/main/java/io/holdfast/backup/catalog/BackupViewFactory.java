package io.holdfast.backup.catalog;

import io.holdfast.eventing.ProgressReporter;
import jakarta.enterprise.context.ApplicationScoped;

/** Backups as REST shows them, with what this process knows of their progress. */
@ApplicationScoped
class BackupViewFactory {
    private final ProgressReporter progressReporter;

    BackupViewFactory(ProgressReporter progressReporter) {
        this.progressReporter = progressReporter;
    }

    BackupView of(Backup backup) {
        return BackupView.of(
                backup, progressReporter.latest(backup.id().toString()).orElse(null));
    }
}
