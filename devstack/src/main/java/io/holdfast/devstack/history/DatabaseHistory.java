package io.holdfast.devstack.history;

import java.net.URI;
import java.time.Instant;

/** The states of a database at a provider. */
public interface DatabaseHistory {

    /**
     * Makes the state of an instant, the last one at it or before, a database of its own.
     *
     * @param copy the provider's name of it
     * @return its URI with user and password
     */
    URI open(String copy, Instant at);

    /** Ends what was opened for a copy. */
    void drop(String copy);
}
