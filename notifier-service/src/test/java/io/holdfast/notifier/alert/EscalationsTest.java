package io.holdfast.notifier.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.rule.AlertRule;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EscalationsTest {
    private static final String YAML = """
            holdfast:
              vault: { bucket: backups, key-file: vault.key }
              channels:
                ops: { type: slack, webhook: { env: A } }
                dba: { type: slack, webhook: { env: B } }
                lead: { type: slack, webhook: { env: C } }
                cto: { type: slack, webhook: { env: D } }
              notifications:
                notify: [ops]
                escalation:
                  production: [ { notify: [dba], after: 0m }, { notify: [lead], after: 15m }, { notify: [cto], after: 2h } ]
              sources:
                portal: { engine: sqlite, url: "sqlite:/data/p.db", escalation: production }
                shop: { engine: sqlite, url: "sqlite:/data/s.db" }
            """;

    private final Simulation platform = new Simulation(YAML);

    @Test
    void stepsFollowEachOtherUntilSomebodyAcknowledges() {
        platform.raise("source-down", "portal", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofMinutes(14));
        assertThat(channels()).containsExactlyInAnyOrder("ops", "dba");

        platform.pass(Duration.ofMinutes(2));
        assertThat(channels()).containsExactlyInAnyOrder("ops", "dba", "lead");
        assertThat(platform.to("lead").getFirst().message().reason()).isEqualTo(NotificationReason.ESCALATED);

        acknowledge(Duration.ofHours(3));
        platform.pass(Duration.ofHours(2));
        assertThat(platform.to("cto")).isEmpty();
    }

    @Test
    void anExpiredAcknowledgementTellsTheLastStepAndGoesOnWithTheNext() {
        platform.raise("source-down", "portal", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofMinutes(16));
        acknowledge(Duration.ofHours(2));
        platform.pass(Duration.ofMinutes(119));
        assertThat(platform.to("lead")).hasSize(1);
        int told = platform.to("dba").size();

        platform.pass(Duration.ofMinutes(10));

        Alert alert = platform.only(AlertRule.SOURCE_UNREACHABLE);
        assertThat(alert.state).isEqualTo(AlertState.FIRING);
        assertThat(platform.to("lead")).hasSize(2);
        assertThat(platform.to("dba")).hasSize(told);
        assertThat(platform.to("cto")).isEmpty();

        platform.pass(Duration.ofMinutes(90)); // 15 minutes to 2 hours are 105 minutes
        assertThat(platform.to("cto")).isEmpty();
        platform.pass(Duration.ofMinutes(10));
        assertThat(platform.to("cto")).hasSize(1);
    }

    @Test
    void theStepsOfAnAlertThatWasSilencedFollowEachOther() {
        platform.silences.add(new Silence(
                UUID.randomUUID(),
                "portal",
                null,
                platform.now.plus(Duration.ofHours(3)),
                "migration",
                "dana",
                platform.now));
        platform.raise("source-down", "portal", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofMinutes(190));
        assertThat(channels()).containsExactlyInAnyOrder("ops", "dba");

        platform.pass(Duration.ofMinutes(10));
        assertThat(channels()).containsExactlyInAnyOrder("ops", "dba", "lead");
    }

    @Test
    void theEndOfAnAlertEndsItsEscalation() {
        platform.raise("source-down", "portal", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofMinutes(5));
        platform.resolve("source-down", "portal");
        platform.pass(Duration.ofHours(3));

        assertThat(platform.to("lead")).isEmpty();
        assertThat(platform.to("dba").getLast().message().resolved()).hasSize(1);
    }

    @Test
    void aStepThatReachesNobodyGoesOnAtOnceAndSaysSo() {
        platform.raise("source-down", "portal", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofMinutes(1));
        assertThat(platform.to("lead")).isEmpty();

        platform.failed.add(platform.to("dba").getFirst().delivery());
        platform.pass(Duration.ofSeconds(10));

        PlannedMessage message = platform.to("lead").getFirst().message();
        Notification notice = AlertMessages.of(message, null, platform.now);
        assertThat(notice.facts())
                .contains(new Notification.Fact(
                        "Escalation", "step 2 of 3 of chain production; step 1 (dba) reached nobody"));
        assertThat(platform.to("cto")).isEmpty();
    }

    @Test
    void warningsAndSourcesWithoutAChainAreNotEscalated() {
        platform.raise("size-anomaly", "portal", "WARNING", null);
        platform.raise("source-down", "shop", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofHours(3));

        assertThat(channels()).containsOnly("ops");
    }

    @Test
    void aChainIsCopiedWhenTheAlertFires() {
        platform.raise("source-down", "portal", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofMinutes(1));

        assertThat(platform.only(AlertRule.SOURCE_UNREACHABLE).chain.steps())
                .extracting(step -> step.channels())
                .containsExactly(List.of("dba"), List.of("lead"), List.of("cto"));
    }

    private List<String> channels() {
        return platform.sent.stream().map(Simulation.Sent::channel).toList();
    }

    private void acknowledge(Duration time) {
        platform.only(AlertRule.SOURCE_UNREACHABLE)
                .acknowledge(new Alert.Acknowledgement("dana", platform.now, platform.now.plus(time), "on it"));
    }
}
