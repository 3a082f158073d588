package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;
import java.util.UUID;

/** Identity of a source, minted once; the source's name may change, its id never does. A UUID of version 7. */
public record SourceId(@JsonValue UUID value) implements Comparable<SourceId> {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public SourceId {
        RequiredFields.fields("value", value);
    }

    public static SourceId next(InstantSource clock) {
        return new SourceId(Uuid7.next(clock));
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text is not a UUID in its usual form of 36 characters
     */
    public static SourceId parse(String text) {
        return new SourceId(Uuid7.parse("source", text));
    }

    @Override
    public int compareTo(SourceId other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
