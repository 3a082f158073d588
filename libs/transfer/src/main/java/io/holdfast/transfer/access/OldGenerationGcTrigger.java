package io.holdfast.transfer.access;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import javax.management.NotificationEmitter;

/**
 * Has garbage collected when the old generation holds so much, not only when the heap is full. The serial collector lets that
 * generation grow to its limit before it looks what of it is alive, and pages that were touched once stay with the process.
 * What is alive may still take the whole heap.
 */
public final class OldGenerationGcTrigger {
    /** How many MiB the old generation may hold before. Without it, and with other collectors, nothing is done. */
    static final String PROPERTY = "holdfast.heap.collect-at";

    private static final String OLD = "Tenured Gen"; // as the serial collector names it

    /** So much garbage is worth a collection, and half of it near the limit. */
    private static final long ROOM = 16L << 20;

    private OldGenerationGcTrigger() {}

    /** From now on, for the whole JVM; calling it again changes nothing. A ceiling above the heap is brought within it. */
    public static synchronized void keep() {
        long mebibytes = Long.getLong(PROPERTY, 0);
        if (mebibytes <= 0) {
            return;
        }
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getName().equals(OLD) && pool.getUsageThreshold() == 0) {
                collectAt(mebibytes << 20, pool);
            }
        }
    }

    /** Told when the pool grows past the threshold, and again only after it was below; so that lies above what is alive. */
    private static void collectAt(long bytes, MemoryPoolMXBean pool) {
        if (ManagementFactory.getMemoryMXBean() instanceof NotificationEmitter memory) {
            memory.addNotificationListener(
                    (told, ignored) -> {
                        System.gc();
                        pool.setUsageThreshold(
                                within(pool, Math.max(bytes, pool.getUsage().getUsed() + ROOM)));
                    },
                    told -> told.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED),
                    null);
            pool.setUsageThreshold(within(pool, bytes));
        }
    }

    /** A threshold at the very limit would be reached by nothing, and nothing would bring it down again. */
    private static long within(MemoryPoolMXBean pool, long bytes) {
        long limit = pool.getUsage().getMax();
        return limit < 0 ? bytes : Math.max(1, Math.min(bytes, limit - ROOM / 2));
    }
}
