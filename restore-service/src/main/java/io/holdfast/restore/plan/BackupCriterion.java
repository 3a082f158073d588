package io.holdfast.restore.plan;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreRequest;
import java.time.Instant;

/** Which backup a restore wants. Its text form, {@code toString}, can be read again by {@link #parse}. */
public sealed interface BackupCriterion {

    /** The newest backup that is proven. */
    record LatestProven() implements BackupCriterion {
        @Override
        public String toString() {
            return "latest";
        }
    }

    record ById(BackupId backup) implements BackupCriterion {
        @Override
        public String toString() {
            return "backup " + backup;
        }
    }

    /** The newest usable backup with this label. */
    record ByLabel(String label) implements BackupCriterion {
        @Override
        public String toString() {
            return "label " + label;
        }
    }

    /** The newest usable backup that was taken at this instant or before it. */
    record At(Instant instant) implements BackupCriterion {
        @Override
        public String toString() {
            return "at " + instant;
        }
    }

    /** Fails with REQUEST_INVALID if the request chooses in more than one way. */
    static BackupCriterion of(RestoreRequest.Requested request) {
        int ways =
                (request.backup() == null ? 0 : 1) + (request.at() == null ? 0 : 1) + (request.label() == null ? 0 : 1);
        if (ways > 1) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID, "choose the backup by one of backup, at and label, not by several");
        }
        if (request.backup() != null) {
            return new ById(request.backup());
        }
        if (request.label() != null) {
            return new ByLabel(request.label());
        }
        return request.at() != null ? new At(request.at()) : new LatestProven();
    }

    static BackupCriterion parse(String text) {
        if (text.equals("latest")) {
            return new LatestProven();
        }
        String rest = text.substring(text.indexOf(' ') + 1);
        return switch (text.substring(0, text.indexOf(' '))) {
            case "backup" -> new ById(BackupId.parse(rest));
            case "label" -> new ByLabel(rest);
            case "at" -> new At(Instant.parse(rest));
            default -> throw new IllegalArgumentException("not a choice: " + text);
        };
    }
}
