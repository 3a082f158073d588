package io.holdfast.backup.retention.plan;

/**
 * What becomes of one backup, and why.
 *
 * @param because the rule, in words
 */
public record RetentionDecision(RetentionCandidate backup, Action action, String because) {
    public enum Action {
        KEEP,
        DELETE
    }

    public static RetentionDecision keep(RetentionCandidate backup, String because) {
        return new RetentionDecision(backup, Action.KEEP, because);
    }

    static RetentionDecision delete(RetentionCandidate backup, String because) {
        return new RetentionDecision(backup, Action.DELETE, because);
    }

    public boolean deletes() {
        return action == Action.DELETE;
    }

    /** The same backup, kept after all. */
    RetentionDecision withheld(String why) {
        return deletes() ? keep(backup, why + "; later: delete because " + because) : this;
    }
}
