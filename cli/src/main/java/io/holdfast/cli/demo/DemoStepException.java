package io.holdfast.cli.demo;

/** A step did not do what it should have, or could not be proven. */
final class DemoStepException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoStepException(String message) {
        super(message);
    }
}
