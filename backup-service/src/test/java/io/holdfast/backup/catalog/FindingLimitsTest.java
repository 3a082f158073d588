package io.holdfast.backup.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.eventing.cloudevents.EventJson;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FindingLimitsTest {
    private static final int ROOM_FOR_THE_REST = 48 * 1024;

    @Test
    void fewAreKeptAsTheyAre() {
        assertThat(FindingLimits.bounded(List.of("table a has no key", "ünüsual")))
                .containsExactly("table a has no key", "ünüsual");
    }

    @Test
    void ofManyItIsSaidHowManyMoreThereAre() {
        List<String> all = IntStream.range(0, 5_000)
                .mapToObj(i -> "subscription s" + i + " was not dumped")
                .toList();

        List<String> kept = FindingLimits.bounded(all);

        int shown = kept.size() - 1;
        assertThat(kept).startsWith(all.subList(0, shown).toArray(String[]::new));
        assertThat(kept.getLast()).isEqualTo("… and " + (5_000 - shown) + " more; the backup's manifest has them all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0001", "\"", "€", "\uD83D\uDE00"})
    void whateverTheySayTheyFitIntoAnEvent(String text) throws Exception {
        List<String> all = Collections.nCopies(2_000, text.repeat(50_000));

        assertThat(EventJson.mapper().writeValueAsBytes(FindingLimits.bounded(all)).length)
                .isLessThan(EventJson.MAX_BYTES - ROOM_FOR_THE_REST);
    }
}
