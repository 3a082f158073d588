package io.holdfast.backup.run;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.SourceRef;
import io.holdfast.transfer.increment.IncrementNote;
import io.holdfast.vault.format.Manifest;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Raises a critical alert if a backup that read all rows contradicts the increments before it. The manifest says so, so that the
 * alert is raised whoever records the backup. It ends with the next backup that reads all rows and finds no difference.
 */
@ApplicationScoped
class IncrementAlerts {
    static final String NAME = "increment-differs";

    private final AlertBook alerts;

    IncrementAlerts(AlertBook alerts) {
        this.alerts = alerts;
    }

    void of(SourceRef source, Manifest manifest) {
        if (manifest.contents().scope().ofSingleTables()) {
            return;
        }
        IncrementNote note = IncrementNote.of(manifest).orElse(IncrementNote.READ_ALL);
        String key = NAME + "/" + source.name();
        if (!note.contradicted().isEmpty()) {
            alerts.raise(new AlertCondition(
                    key, NAME, AlertEvent.Severity.CRITICAL, source, summary(source, manifest, note), null));
        } else if (note.builtOn().isEmpty()) {
            alerts.resolve(key);
        }
    }

    private static String summary(SourceRef source, Manifest manifest, IncrementNote note) {
        return "source \"" + source.name() + "\": backup " + manifest.backup()
                + " read all rows and found other rows than"
                + " the backups before it in " + String.join(", ", note.differences()) + "; do not count on backups "
                + String.join(", ", note.contradicted())
                + ", and set limits.read-all-every to 1 until the cause is known";
    }
}
