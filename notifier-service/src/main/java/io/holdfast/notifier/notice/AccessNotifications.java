package io.holdfast.notifier.notice;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.AccessEvent;
import java.util.Locale;
import java.util.Optional;

/** What people are told of operations that hand rows out or remove backups. */
final class AccessNotifications {
    private static final String EXPORT = "EXPORT";
    private static final String DELETE = "DELETE";

    private AccessNotifications() {}

    static Optional<Notification> of(AccessEvent event) {
        return switch (event) {
            case AccessEvent.Performed e -> performed(e);
            case AccessEvent.Refused ignored -> Optional.empty();
            case AccessEvent.TokenUsed ignored -> Optional.empty();
        };
    }

    private static Optional<Notification> performed(AccessEvent.Performed e) {
        if (e.outcome() != AccessEvent.Outcome.SUCCEEDED) {
            return Optional.empty();
        }
        return switch (e.permission()) {
            case EXPORT -> Optional.of(told(NotifiedEvent.DATA_EXPORTED, e, "exported"));
            case DELETE -> Optional.of(told(NotifiedEvent.BACKUP_DELETED_MANUALLY, e, "deleted"));
            default -> Optional.empty();
        };
    }

    private static Notification told(NotifiedEvent kind, AccessEvent.Performed e, String verb) {
        String source = e.source();
        String what = source == null ? "A backup" : "A backup of " + source;
        return Notification.of(
                        kind,
                        "operation/" + e.operation() + "/" + e.principal() + "/" + e.performedAt(),
                        source,
                        Mood.INFO,
                        what + " was " + verb + " by " + e.principal(),
                        e.performedAt())
                .says(e.principal() + " (" + e.kind().toLowerCase(Locale.ROOT) + ") at " + e.address() + ".")
                .fact("Operation", e.operation())
                .fact("At", NumberFormats.instant(e.performedAt()));
    }
}
