package io.holdfast.restore.maintenance;

/** What became of one wish to switch an application. Messages are for people, and hold no URL and no output. */
public sealed interface MaintenanceOutcome {

    /** @param how such as {@code it answered 204} */
    record Done(String how) implements MaintenanceOutcome {}

    /** The source has no maintenance steps: people have to do it. */
    record NotConfigured() implements MaintenanceOutcome {}

    /**
     * It is not known whether the application did it. After {@code on} ended so, {@code off} is owed all the same.
     *
     * @param message what was wrong, where, and what to do
     */
    record Failed(String message) implements MaintenanceOutcome {}
}
