package io.holdfast.engine;

/**
 * How to write a target.
 *
 * @param jobs connections that work at the same time
 * @param owners true: objects get the owners they had, where the role exists; false: they belong to the connected role
 * @param privileges whether grants are restored, to roles that exist
 * @param lacking what the target does not have, as {@link TargetServer#lacks} says
 * @param keepGoing whether a definition, or the rows of a table, that the target refuses is left out, and found, where else the
 *     restore fails
 * @param withheld whether the database stays closed to all but the connected roles until it is handed over: it gets neither
 *     its owner nor the mark of a template, and no statistics are gathered
 */
public record LoadOptions(
        int jobs,
        boolean owners,
        boolean privileges,
        String applicationName,
        MissingDependencies lacking,
        boolean keepGoing,
        boolean withheld) {

    /** For a target that has everything. */
    public LoadOptions(int jobs, boolean owners, boolean privileges, String applicationName) {
        this(jobs, owners, privileges, applicationName, MissingDependencies.NOTHING, false, false);
    }

    public static LoadOptions defaults() {
        return new LoadOptions(4, true, true, "holdfast/load");
    }

    public LoadOptions withJobs(int value) {
        return new LoadOptions(value, owners, privileges, applicationName, lacking, keepGoing, withheld);
    }

    public LoadOptions withLacking(MissingDependencies value) {
        return new LoadOptions(jobs, owners, privileges, applicationName, value, keepGoing, withheld);
    }

    public LoadOptions withKeepGoing(boolean value) {
        return new LoadOptions(jobs, owners, privileges, applicationName, lacking, value, withheld);
    }

    public LoadOptions withWithheld(boolean value) {
        return new LoadOptions(jobs, owners, privileges, applicationName, lacking, keepGoing, value);
    }

    /** Whether every object has the owner, the grants and the labels that it had. */
    public boolean rightsKept() {
        return owners
                && privileges
                && lacking.roles().isEmpty()
                && lacking.labelProviders().isEmpty();
    }
}
