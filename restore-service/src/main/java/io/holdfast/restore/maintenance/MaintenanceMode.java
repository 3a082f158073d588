package io.holdfast.restore.maintenance;

import java.util.Locale;

/** Which way the application is switched. */
enum MaintenanceMode {
    ON,
    OFF;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
