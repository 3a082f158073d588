package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** The threads that a transfer starts. */
public final class Crews {
    private Crews() {}

    public static void assertGone() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(thread -> thread.isAlive()
                                && thread.getName().matches("holdfast-(reading|loading|comparing)-\\d+")));
    }
}
