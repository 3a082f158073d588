package io.holdfast.backup.approval;

import io.holdfast.config.ApprovalConfig;
import io.holdfast.config.ApprovalPolicy;
import java.util.Locale;

/** An operation on a backup that can need the approval of a second person. */
public enum ApprovedOperation {
    DELETE("deleting the newest proven backup", "deletions of the newest proven backup"),
    EXPORT("exporting a backup", "exports");

    private final String gerund;
    private final String plural;

    ApprovedOperation(String gerund, String plural) {
        this.gerund = gerund;
        this.plural = plural;
    }

    ApprovalPolicy policy(ApprovalConfig config) {
        return switch (this) {
            case DELETE -> config.delete();
            case EXPORT -> config.export();
        };
    }

    /** At the beginning of a sentence about a source: "… of source X". */
    String gerund() {
        return gerund;
    }

    String plural() {
        return plural;
    }

    /** The word in the database and in answers. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
