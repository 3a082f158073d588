package io.holdfast.backup.retention;

/**
 * What becomes of one backup, and why.
 *
 * @param because the rule, in words
 */
record RetentionDecision(RetentionCandidate backup, Action action, String because) {
    enum Action {
        KEEP,
        DELETE
    }

    static RetentionDecision keep(RetentionCandidate backup, String because) {
        return new RetentionDecision(backup, Action.KEEP, because);
    }

    static RetentionDecision delete(RetentionCandidate backup, String because) {
        return new RetentionDecision(backup, Action.DELETE, because);
    }

    boolean deletes() {
        return action == Action.DELETE;
    }

    /** The same backup, kept after all. */
    RetentionDecision withheld(String why) {
        return deletes() ? keep(backup, why + "; later: delete because " + because) : this;
    }
}
