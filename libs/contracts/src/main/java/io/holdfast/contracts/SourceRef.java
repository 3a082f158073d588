package io.holdfast.contracts;

/**
 * Which source an event is about.
 *
 * @param id never changes
 * @param name as it was when the event happened
 */
public record SourceRef(SourceId id, String name) {
    public SourceRef {
        RequiredFields.fields("id", id, "name", name);
    }
}
