package io.holdfast.cli.demo;

/** A step did not do what it should have, or could not be proven. */
final class StepFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StepFailed(String message) {
        super(message);
    }
}
