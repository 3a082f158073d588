package io.holdfast.eventing.caller;

import jakarta.enterprise.context.RequestScoped;
import org.jspecify.annotations.Nullable;

/** The sender of the request in hand. Ask before the first asynchronous step, and keep the {@link Access}. */
@RequestScoped
public class Caller {
    private @Nullable Access access;

    public void is(Access known) {
        access = known;
    }

    /** @throws IllegalStateException outside of a request that has passed the filter */
    public Access access() {
        if (access == null) {
            throw new IllegalStateException("the request has not passed the access filter");
        }
        return access;
    }
}
