package io.holdfast.restore.targets;

import java.util.Optional;
import java.util.Set;

/** The live projects of the configured sources. */
public interface LiveProjects {

    /**
     * The project of a source, by the present configuration. Opens no connection.
     *
     * @throws io.holdfast.contracts.HoldfastException SOURCE_UNKNOWN; SOURCE_UNSUPPORTED if the source has no project by now;
     *     CONFIG_INVALID if its database is not one of the project; REQUEST_FORBIDDEN if the API or the server is no permitted
     *     destination
     */
    LiveProject project(String source);

    /** The project that a source is in, whether it may go back or not; empty for another source, and for an unknown one. */
    Optional<String> reference(String source);

    /** The source and other sources on the same project or server, which go back with it. */
    Set<String> together(String source);
}
