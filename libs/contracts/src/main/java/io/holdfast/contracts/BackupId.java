package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;
import java.util.UUID;

/** Identity of a backup; sorts by the time of its request. A UUID of version 7. */
public record BackupId(@JsonValue UUID value) implements Comparable<BackupId> {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public BackupId {
        RequiredFields.fields("value", value);
    }

    public static BackupId next(InstantSource clock) {
        return new BackupId(Uuid7.next(clock));
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text is not a UUID in its usual form of 36 characters
     */
    public static BackupId parse(String text) {
        return new BackupId(Uuid7.parse("backup", text));
    }

    @Override
    public int compareTo(BackupId other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
