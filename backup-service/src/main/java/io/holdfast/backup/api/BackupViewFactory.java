package io.holdfast.backup.api;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.eventing.progress.ProgressReporter;
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
