package io.holdfast.devstack.neon;

import java.net.URI;
import java.time.Instant;

/** The states of the project's database. */
public interface NeonHistory {

    /**
     * Makes the state of an instant, the last one at it or before, a database of its own.
     *
     * @return its URI with user and password
     */
    URI open(String branch, Instant at);

    /** Ends what was opened for a branch. */
    void drop(String branch);
}
