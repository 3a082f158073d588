package io.holdfast.engine;

/**
 * How to write a target.
 *
 * @param jobs connections that work at the same time
 * @param owners true: objects get the owners they had, whose roles must exist; false: they belong to the connected role
 * @param privileges whether grants are restored
 */
public record LoadOptions(int jobs, boolean owners, boolean privileges, String applicationName) {
    public static LoadOptions defaults() {
        return new LoadOptions(4, true, true, "holdfast/load");
    }

    public LoadOptions withJobs(int value) {
        return new LoadOptions(value, owners, privileges, applicationName);
    }
}
