package io.holdfast.supabase;

/**
 * The status of a project as the API names it. The name alone does not tell whether a restore has ended: it is still
 * {@code ACTIVE_HEALTHY} for some time after a restore was accepted.
 */
public record ProjectStatus(String name) {

    public boolean isHealthy() {
        return name.equals("ACTIVE_HEALTHY");
    }

    /** Returns whether Supabase has given up, so that no other status follows by itself. */
    public boolean isFailed() {
        return name.equals("RESTORE_FAILED") || name.equals("INIT_FAILED") || name.equals("REMOVED");
    }
}
