package io.holdfast.eventing.config;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;

/** Takes a changed configuration over before it is in effect, and may refuse it. */
public interface ConfigParticipant {
    /**
     * May block, and may run again with the same change.
     *
     * @throws HoldfastException {@link FailureCode#CONFIG_INVALID}: the file is refused and the former one stays in effect.
     *     Any other failure, such as of the database, delays the change: it is tried again at the next poll
     */
    void take(ConfigChange change);
}
