package io.holdfast.transfer.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OldGenerationGcTriggerTest {
    private static final int MIB = 1 << 20;

    private final MemoryPoolMXBean old = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Tenured Gen"))
            .findFirst()
            .orElseThrow();
    private final GarbageCollectorMXBean full = ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(collector -> collector.getName().equals("MarkSweepCompact"))
            .findFirst()
            .orElseThrow();

    @AfterEach
    void asBefore() {
        System.clearProperty(OldGenerationGcTrigger.PROPERTY);
        old.setUsageThreshold(0);
    }

    @Test
    void garbageIsCollectedBeforeTheHeapIsFull() {
        System.gc();
        long alive = old.getUsage().getUsed();
        System.setProperty(OldGenerationGcTrigger.PROPERTY, Long.toString(alive / MIB + 20));
        OldGenerationGcTrigger.keep();
        long before = full.getCollectionCount();

        byte[] large = new byte[100 * MIB]; // too large for the young generation, and the heap has room for it

        await().atMost(Duration.ofSeconds(30)).until(() -> full.getCollectionCount() > before);
        assertThat(large).hasSize(100 * MIB);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(old.getUsageThreshold()).isGreaterThan(alive + 100 * MIB));
    }

    /** One that is reached by nothing brings nothing down, and the JVM takes none above the limit. */
    @Test
    void aCeilingAboveTheHeapIsBroughtWithinIt() {
        System.setProperty(
                OldGenerationGcTrigger.PROPERTY, Long.toString(old.getUsage().getMax() / MIB + 1));

        OldGenerationGcTrigger.keep();

        assertThat(old.getUsageThreshold())
                .isPositive()
                .isLessThan(old.getUsage().getMax());
    }
}
