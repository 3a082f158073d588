package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;
import java.util.UUID;

/** Identity of a restore; sorts by the time of its request. A UUID of version 7. */
public record RestoreId(@JsonValue UUID value) implements Comparable<RestoreId> {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public RestoreId {
        RequiredFields.fields("value", value);
    }

    public static RestoreId next(InstantSource clock) {
        return new RestoreId(Uuid7.next(clock));
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text is not a UUID in its usual form of 36 characters
     */
    public static RestoreId parse(String text) {
        return new RestoreId(Uuid7.parse("restore", text));
    }

    @Override
    public int compareTo(RestoreId other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
