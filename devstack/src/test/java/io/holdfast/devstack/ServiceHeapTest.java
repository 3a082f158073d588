package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceHeapTest {
    @ParameterizedTest
    @CsvSource({"1, 256m", "4, 512m", "24, 3072m", "256, 4096m"})
    void theHeapFollowsTheMachinesMemory(long gibibytes, String heap) {
        assertThat(ServiceProcess.dataHeap("", gibibytes << 30)).isEqualTo(heap);
    }

    @Test
    void aHeapThatIsSetWins() {
        assertThat(ServiceProcess.dataHeap("700m", 24L << 30)).isEqualTo("700m");
    }
}
