package io.holdfast.contracts;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The topics of the bus and what each carries. */
public enum Topic {
    BACKUP_REQUESTS("holdfast.backup.requests.v1", BackupRequest.class),
    BACKUP_EVENTS("holdfast.backup.events.v1", BackupEvent.class),
    RESTORE_REQUESTS("holdfast.restore.requests.v1", RestoreRequest.class),
    RESTORE_EVENTS("holdfast.restore.events.v1", RestoreEvent.class),
    VERIFICATION_REQUESTS("holdfast.verification.requests.v1", VerificationRequest.class),
    VERIFICATION_EVENTS("holdfast.verification.events.v1", VerificationEvent.class),
    ALERTS("holdfast.alerts.v1", AlertEvent.class),
    NOTIFICATION_EVENTS("holdfast.notification.events.v1", NotificationEvent.class),
    ACCESS_EVENTS("holdfast.access.events.v1", AccessEvent.class),
    TOKENS("holdfast.tokens.v1", TokenEvent.class),
    PROGRESS("holdfast.progress.v1", JobProgressed.class);

    private final String topicName;
    private final Class<? extends Event> carries;

    Topic(String topicName, Class<? extends Event> carries) {
        this.topicName = topicName;
        this.carries = carries;
    }

    public String topicName() {
        return topicName;
    }

    /** Where messages of this topic go that could not be parsed. */
    public String deadLetterName() {
        return topicName + ".dlq";
    }

    /** The family of events this topic carries. */
    public Class<? extends Event> carries() {
        return carries;
    }

    /** Every type of event on this topic, in order of declaration. */
    public List<Class<? extends Event>> types() {
        return leaves(carries).toList();
    }

    /** Whether others ask something of Holdfast here, so that unknown fields and types are refused, not ignored. */
    public boolean isRequests() {
        return topicName.contains(".requests.");
    }

    public static Optional<Topic> named(String topicName) {
        return Arrays.stream(values())
                .filter(t -> t.topicName.equals(topicName))
                .findFirst();
    }

    /** The CloudEvents type of an event class, such as {@code io.holdfast.BackupCompleted.v1}. */
    public static String typeOf(Class<? extends Event> event) {
        EventType type = event.getAnnotation(EventType.class);
        if (type == null) {
            throw new IllegalArgumentException(event + " has no @EventType");
        }
        return "io.holdfast." + type.value() + ".v" + type.version();
    }

    /** The class of a CloudEvents type on this topic; empty if the topic does not carry it. */
    public Optional<Class<? extends Event>> classOf(String cloudEventType) {
        return types().stream().filter(c -> typeOf(c).equals(cloudEventType)).findFirst();
    }

    @SuppressWarnings("unchecked")
    private static Stream<Class<? extends Event>> leaves(Class<? extends Event> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(c -> leaves((Class<? extends Event>) c))
                : Stream.of(type);
    }
}
