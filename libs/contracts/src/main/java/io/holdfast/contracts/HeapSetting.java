package io.holdfast.contracts;

/** The environment variable that sets the heap of a process that moves data, and what a failure says of it. */
public final class HeapSetting {
    /** A size as {@code -Xmx} takes it, such as {@code 2g}. */
    public static final String NAME = "HOLDFAST_HEAP";

    private static final long MIB = 1 << 20;

    private HeapSetting() {}

    /**
     * The end of a message about something that does not fit into the heap.
     *
     * @param neededMib a heap in MiB that suffices
     */
    public static String advice(long neededMib) {
        return "the heap of this process has " + Runtime.getRuntime().maxMemory() / MIB + " MiB; set " + NAME + "="
                + neededMib + "m and restart it";
    }
}
