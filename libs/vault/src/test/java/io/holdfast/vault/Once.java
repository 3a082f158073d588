package io.holdfast.vault;

import java.util.concurrent.atomic.AtomicReference;

/** What a test wants to happen at the next chance, and not again. */
public final class Once {
    private final AtomicReference<Runnable> next = new AtomicReference<>(Once::nothing);

    public void then(Runnable action) {
        next.set(action);
    }

    public void happen() {
        Runnable action = next.getAndSet(Once::nothing);
        if (action != null) {
            action.run();
        }
    }

    private static void nothing() {}
}
