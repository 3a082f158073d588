package io.holdfast.access;

/** What an operation needs. Roles grant permissions; see {@link RolePermissions}. */
public enum Permission {
    /** Sees its own name and roles. */
    IDENTIFY("see its own roles"),
    /** Reads metadata of sources, backups, verifications, restores, schedules and notifications; never a row. */
    VIEW("read metadata"),
    /** Reads the activity log. */
    VIEW_ACTIVITY("read the activity log"),
    /** Reads the services' metrics. */
    VIEW_METRICS("read metrics"),
    /** Takes and cancels backups. */
    BACK_UP("back up"),
    /** Verifies stored backups. */
    VERIFY("verify"),
    /** Pauses and resumes schedules, holds backups, runs retention, reloads the configuration. */
    OPERATE("operate schedules, holds and retention"),
    /** Restores, cancels restores, rolls them back, and answers their checklists. */
    RESTORE("restore"),
    /** Receives rows of a source. */
    EXPORT("export"),
    /** Approves what another principal requested. */
    APPROVE("approve"),
    /** Deletes backups by hand. */
    DELETE("delete backups"),
    /** Creates, lists and revokes tokens, and reviews access. */
    MANAGE_ACCESS("manage access");

    private final String label;

    Permission(String label) {
        this.label = label;
    }

    /** What it allows, after "may". */
    public String label() {
        return label;
    }
}
