package io.holdfast.restore.maintenance;

import java.time.Duration;

/** How an application is switched. */
interface MaintenanceAction {

    /**
     * Asks for it.
     *
     * @param timeout of each attempt
     */
    Answer take(MaintenanceMode maintenanceMode, MaintenanceWindow window, Duration timeout)
            throws InterruptedException;

    /**
     * What came back.
     *
     * @param said for people: without URL, without what a program wrote; if it was no yes, with what to do
     */
    record Answer(boolean yes, String said) {}
}
