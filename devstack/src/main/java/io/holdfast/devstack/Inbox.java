package io.holdfast.devstack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was caught so far, newest last, and how the next message is treated. */
final class Inbox {
    private static final int KEPT = 10_000;
    private static final Behaviour ACCEPT = new Behaviour("any", 200, 0, 0);

    private final List<Caught> messages = new ArrayList<>();
    private Behaviour behaviour = ACCEPT;

    /** Keeps the message, or says how it was told to refuse it. */
    synchronized Optional<Behaviour> offer(Caught message) {
        if (behaviour.refuses(message.kind())) {
            Behaviour refusal = behaviour;
            behaviour = behaviour.once();
            return Optional.of(refusal);
        }
        if (messages.size() == KEPT) {
            messages.removeFirst();
        }
        messages.add(message);
        return Optional.empty();
    }

    synchronized List<Caught> messages() {
        return List.copyOf(messages);
    }

    synchronized void behave(Behaviour next) {
        behaviour = next;
    }

    synchronized void clear() {
        messages.clear();
        behaviour = ACCEPT;
    }
}
