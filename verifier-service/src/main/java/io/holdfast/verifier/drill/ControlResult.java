package io.holdfast.verifier.drill;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of one negative control.
 *
 * @param name what was damaged, such as {@code one value changed}
 * @param check the check that must find the damage
 * @param detail the damaged object and how the check found it; why the control was not run
 */
record ControlResult(
        String name, String check, State state, @Nullable String detail) {

    enum State {
        FOUND,
        /** The check passed in spite of the damage. */
        MISSED,
        /** The backup has nothing that can be damaged so. */
        NOT_RUN,
        /** The copy to damage could not be made: the check is untested. */
        UNTESTED
    }

    boolean isApplied() {
        return state == State.FOUND || state == State.MISSED;
    }

    static ControlResult found(String name, String check, String detail) {
        return new ControlResult(name, check, State.FOUND, detail);
    }

    static ControlResult missed(String name, String check, String detail) {
        return new ControlResult(name, check, State.MISSED, detail);
    }

    static ControlResult untested(String name, String check, String why) {
        return new ControlResult(name, check, State.UNTESTED, why);
    }

    static ControlResult notRun(String name, String check, String why) {
        return new ControlResult(name, check, State.NOT_RUN, why);
    }
}
