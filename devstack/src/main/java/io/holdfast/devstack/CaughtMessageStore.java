package io.holdfast.devstack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was caught so far, newest last, and how the next message is treated. */
final class CaughtMessageStore {
    private static final int KEPT = 10_000;
    private static final CatcherBehaviour ACCEPT = new CatcherBehaviour("any", 200, 0, 0, null, null);

    private final List<CaughtMessage> messages = new ArrayList<>();
    private CatcherBehaviour behaviour = ACCEPT;

    /** Keeps the message, or says how it was told to refuse it. */
    synchronized Optional<CatcherBehaviour> offer(CaughtMessage message) {
        if (behaviour.refuses(message)) {
            CatcherBehaviour refusal = behaviour;
            behaviour = behaviour.once();
            return Optional.of(refusal);
        }
        if (messages.size() == KEPT) {
            messages.removeFirst();
        }
        messages.add(message);
        return Optional.empty();
    }

    synchronized List<CaughtMessage> messages() {
        return List.copyOf(messages);
    }

    synchronized void behave(CatcherBehaviour next) {
        behaviour = next;
    }

    synchronized void clear() {
        messages.clear();
        behaviour = ACCEPT;
    }
}
