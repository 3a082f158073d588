package io.holdfast.engine;

/**
 * Something that the backup could not carry although it succeeded: it makes the backup <em>partial</em>.
 *
 * @param kind what kind of finding
 * @param object the object it is about, as people write it
 * @param message what is not carried, and what to do
 */
public record Finding(Kind kind, String object, String message) {

    public enum Kind {
        /** the dump tool warned */
        TOOL_WARNING,
        /** an object's definition or state is not in the backup */
        NOT_CARRIED
    }
}
