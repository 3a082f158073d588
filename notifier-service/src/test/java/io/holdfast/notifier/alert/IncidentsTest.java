package io.holdfast.notifier.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** PagerDuty has an incident for each alert, also for those that others hear of in one message. */
class IncidentsTest {
    private static Simulation platform(int sources) {
        return new Simulation("""
                holdfast:
                  vault: { bucket: backups, key-file: vault.key }
                  channels:
                    ops: { type: slack, webhook: { env: A } }
                    duty: { type: pagerduty, routing-key: { env: B } }
                  notifications: { notify: [ops, duty] }
                  sources:
                %s
                """.formatted(IntStream.range(0, sources)
                .mapToObj(i -> "    s" + i + ": { engine: sqlite, url: \"sqlite:/data/" + i
                        + ".db\", environment: production }")
                .collect(Collectors.joining("\n"))));
    }

    @Test
    void eachAlertOfAGroupBeginsAndEndsItsOwnIncident() {
        Simulation platform = platform(2);
        platform.failed("s0", FailureCode.SOURCE_CORRUPT);
        platform.failed("s1", FailureCode.SOURCE_CORRUPT);
        platform.pass(Duration.ofMinutes(1));

        assertThat(platform.to("ops")).hasSize(1);
        assertThat(platform.to("duty")).hasSize(2);

        platform.stored("s0");
        platform.pass(Duration.ofMinutes(6));

        PlannedMessage end = platform.to("duty").getLast().message();
        assertThat(platform.to("duty")).hasSize(3);
        assertThat(end.resolved()).extracting(alert -> alert.source).containsExactly("s0");
        assertThat(AlertMessages.of(end, null, platform.now).thing())
                .startsWith("alert/" + end.resolved().getFirst().id + "/resolved/");
    }

    @Test
    void manyAlertsBeginTheirIncidentsInBoundedNumbersAndAllEnd() {
        Simulation platform = platform(50);
        IntStream.range(0, 50).forEach(i -> platform.failed("s" + i, FailureCode.SOURCE_CORRUPT));
        platform.pass(Duration.ofMinutes(1));
        assertThat(platform.to("duty")).hasSize(MessagePlanner.INCIDENTS);

        platform.pass(Duration.ofMinutes(11));
        Set<UUID> begun = ids(platform.to("duty").stream()
                .flatMap(sent -> sent.message().firing().stream())
                .toList());
        assertThat(begun).hasSize(50);

        IntStream.range(0, 50).forEach(i -> platform.stored("s" + i));
        platform.pass(Duration.ofMinutes(20));

        assertThat(ids(platform.to("duty").stream()
                        .flatMap(sent -> sent.message().resolved().stream())
                        .toList()))
                .isEqualTo(begun);
    }

    private static Set<UUID> ids(List<Alert> alerts) {
        Set<UUID> ids = new HashSet<>();
        alerts.forEach(alert -> assertThat(ids.add(alert.id)).isTrue());
        return ids;
    }
}
