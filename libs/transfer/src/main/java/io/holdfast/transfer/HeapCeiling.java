package io.holdfast.transfer;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import javax.management.NotificationEmitter;

/**
 * Has garbage collected when the old generation holds so much, not only when the heap is full. The serial collector lets that
 * generation grow to its limit before it looks what of it is alive, and pages that were touched once stay with the process.
 * What is alive may still take the whole heap.
 */
public final class HeapCeiling {
    /** How many MiB the old generation may hold before. Without it, and with other collectors, nothing is done. */
    static final String PROPERTY = "holdfast.heap.collect-at";

    private static final String OLD = "Tenured Gen"; // as the serial collector names it

    /** At least so much garbage is worth a collection. */
    private static final long ROOM = 16L << 20;

    private HeapCeiling() {}

    /** From now on, for the whole JVM; calling it again changes nothing. */
    public static synchronized void keep() {
        Long mebibytes = Long.getLong(PROPERTY);
        if (mebibytes == null) {
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
                        MemoryUsage alive = pool.getUsage();
                        long next = Math.max(bytes, alive.getUsed() + ROOM);
                        pool.setUsageThreshold(alive.getMax() < 0 ? next : Math.min(next, alive.getMax()));
                    },
                    told -> told.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED),
                    null);
            pool.setUsageThreshold(bytes);
        }
    }
}
