package io.holdfast.notifier.notice;

import io.holdfast.contracts.AccessEvent;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.eventing.cloudevents.EventJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One event of every type that the notifier hears, as the contract's golden files have them. */
public final class Samples {
    private static final Path GOLDEN = Path.of("../libs/contracts/src/test/resources/golden");

    private Samples() {}

    public record Sample(Topic topic, Class<? extends Event> type, String json) {
        public String name() {
            return Topic.typeOf(type).replaceAll("io\\.holdfast\\.|\\.v1", "");
        }

        public Event event() {
            try {
                return EventJson.mapper().readValue(json, type);
            } catch (IOException e) {
                throw new IllegalStateException(name(), e);
            }
        }

        public Optional<Notification> notice() {
            Event event = event();
            return switch (topic) {
                case BACKUP_EVENTS -> Notifications.of((BackupEvent) event);
                case RESTORE_EVENTS -> Notifications.of((RestoreEvent) event);
                case VERIFICATION_EVENTS -> Notifications.of((VerificationEvent) event);
                case ALERTS -> Optional.empty(); // recorded for the rules
                case ACCESS_EVENTS -> Notifications.of((AccessEvent) event);
                default -> throw new IllegalStateException(topic + " is not heard");
            };
        }

        public Sample with(String text, String other) {
            if (!json.contains(text)) {
                throw new IllegalArgumentException(name() + " has no " + text);
            }
            return new Sample(topic, type, json.replace(text, other));
        }
    }

    public static List<Sample> all() {
        return Stream.of(
                        Topic.BACKUP_EVENTS,
                        Topic.RESTORE_EVENTS,
                        Topic.VERIFICATION_EVENTS,
                        Topic.ALERTS,
                        Topic.ACCESS_EVENTS)
                .flatMap(topic -> topic.types().stream().map(type -> sample(topic, type)))
                .toList();
    }

    public static Sample of(String name) {
        return all().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    }

    private static Sample sample(Topic topic, Class<? extends Event> type) {
        try {
            String name = Topic.typeOf(type).replace("io.holdfast.", "") + ".json";
            return new Sample(topic, type, Files.readString(GOLDEN.resolve(name)));
        } catch (IOException e) {
            throw new IllegalStateException("no golden file for " + type, e);
        }
    }
}
