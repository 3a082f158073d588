package io.holdfast.engine.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that did not come along although the work succeeded. In a backup it makes the backup <em>partial</em>; of a
 * restore it says what the copy lacks.
 *
 * @param kind what kind of finding
 * @param object the object it is about, as people write it
 * @param message what is not carried, and what to do
 */
public record Finding(Kind kind, String object, String message) {
    private static final int TOLD = 20;

    /** The messages of the first of them, and how many more there are. */
    public static String told(List<Finding> findings) {
        String first = findings.stream().limit(TOLD).map(Finding::message).collect(Collectors.joining("; "));
        return findings.size() <= TOLD ? first : first + "; and " + (findings.size() - TOLD) + " more";
    }

    public enum Kind {
        /** the dump tool warned */
        TOOL_WARNING,
        /** an object's definition or state is not in the backup */
        NOT_CARRIED,
        /** restored without, because the target does not have it */
        NOT_ON_TARGET,
        /** a definition that was refused, because rows contradict it or what it needs was; only where that was asked for */
        NOT_MADE,
        /** rows of a table that was not made or refused them, so that it has none; only where that was asked for */
        NOT_LOADED,
        /** a materialized view could not be filled: its rows are derived, those it is made of are there */
        NOT_FILLED,
        /** a function names objects without a schema: what uses it was loaded with the source's search path */
        SEARCH_PATH,
        /** the planner's statistics of a table could not be gathered: queries may be slow, nothing is missing */
        NOT_ANALYZED
    }
}
