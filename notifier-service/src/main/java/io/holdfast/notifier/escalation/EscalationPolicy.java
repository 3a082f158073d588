package io.holdfast.notifier.escalation;

import java.time.Instant;
import java.util.Optional;

/** Which step of a chain is due. Pure. The caller asks only for an alert that fires, is not acknowledged and not muted. */
public final class EscalationPolicy {
    private EscalationPolicy() {}

    /** @param early whether the time of the step has not come: the step before reached nobody */
    public record Due(int index, Chain.Step step, boolean early) {}

    /**
     * The next step, if it is due.
     *
     * @param next index of the first step that was not taken
     * @param since when the chain began; later if a step was taken late, so that the following ones keep their distance
     * @param reachedNobody whether each channel of the step before is gone or failed
     */
    public static Optional<Due> next(Chain chain, int next, Instant since, boolean reachedNobody, Instant now) {
        if (next >= chain.steps().size()) {
            return Optional.empty();
        }
        Chain.Step step = chain.steps().get(next);
        boolean time = !since.plus(step.after()).isAfter(now);
        boolean early = !time && next > 0 && reachedNobody;
        return time || early ? Optional.of(new Due(next, step, early)) : Optional.empty();
    }
}
