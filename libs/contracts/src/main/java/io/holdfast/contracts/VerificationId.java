package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;
import java.util.UUID;

/** Identity of a verification; sorts by the time of its request. A UUID of version 7. */
public record VerificationId(@JsonValue UUID value) implements Comparable<VerificationId> {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public VerificationId {
        RequiredFields.fields("value", value);
    }

    public static VerificationId next(InstantSource clock) {
        return new VerificationId(Uuid7.next(clock));
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text is not a UUID in its usual form of 36 characters
     */
    public static VerificationId parse(String text) {
        return new VerificationId(Uuid7.parse("verification", text));
    }

    @Override
    public int compareTo(VerificationId other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
