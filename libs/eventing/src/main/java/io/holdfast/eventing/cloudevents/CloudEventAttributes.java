package io.holdfast.eventing.cloudevents;

import io.holdfast.eventing.cloudevents.UnreadableMessageException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The attributes of one CloudEvent, by name. */
record CloudEventAttributes(Lookup lookup) {
    /** Identity is part of an index, whose entries PostgreSQL bounds. */
    private static final int MAX_BYTES = 512;

    interface Lookup {
        @Nullable
        String get(String name) throws UnreadableMessageException;
    }

    String required(String name) throws UnreadableMessageException {
        String value = optional(name);
        if (value == null || value.isBlank()) {
            throw new UnreadableMessageException(Reason.NOT_A_CLOUD_EVENT, "it has no " + name);
        }
        return value;
    }

    @Nullable
    String optional(String name) throws UnreadableMessageException {
        String value = lookup.get(name);
        if (value == null) {
            return null;
        }
        if (value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new UnreadableMessageException(
                    Reason.ATTRIBUTE_INVALID, "attribute " + name + " is longer than " + MAX_BYTES + " bytes");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new UnreadableMessageException(
                    Reason.ATTRIBUTE_INVALID, "attribute " + name + " holds a control character");
        }
        return value;
    }

    @Nullable
    Instant instant(String name) throws UnreadableMessageException {
        String value = optional(name);
        if (value == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException e) {
            throw new UnreadableMessageException(
                    Reason.ATTRIBUTE_INVALID, "attribute " + name + " is not an RFC 3339 instant", e);
        }
    }

    /** Foreign producers may count by letters: what is no number is no sequence of ours. */
    @Nullable
    Long number(String name) throws UnreadableMessageException {
        String value = optional(name);
        try {
            return value == null ? null : Long.valueOf(value);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
