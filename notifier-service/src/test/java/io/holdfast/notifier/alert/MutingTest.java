package io.holdfast.notifier.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.notifier.rule.AlertRule;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MutingTest {
    private static final String YAML = """
            holdfast:
              vault: { bucket: backups, key-file: vault.key }
              channels:
                ops: { type: slack, webhook: { env: A } }
                team: { type: slack, webhook: { env: B } }
                night: { type: slack, webhook: { env: C }, quiet-hours: { from: "22:00", to: "07:00" }, digest: none }
              notifications: { notify: [ops] }
              sources:
                portal: { engine: sqlite, url: "sqlite:/data/p.db", environment: production, notify: [team] }
                shop: { engine: sqlite, url: "sqlite:/data/s.db", notify: [night] }
            """;

    private final Simulation platform = new Simulation(YAML);

    @Test
    void aTeamThatHearsOfItsSourceOnlyHearsOfTheCauseThatMutesIt() {
        platform.failed("portal", FailureCode.VAULT_UNREACHABLE);
        platform.pass(Duration.ofMinutes(2));

        assertThat(platform.to("team")).hasSize(1);
        assertThat(platform.to("team").getFirst().message().firing())
                .extracting(alert -> alert.rule)
                .containsExactly(AlertRule.VAULT_UNREACHABLE);
        assertThat(platform.to("ops")).hasSize(1);
        Alert muted = platform.only(AlertRule.BACKUP_FAILED);
        assertThat(muted.state).isEqualTo(AlertState.FIRING);
        assertThat(muted.muted).isTrue();
        assertThat(platform.only(AlertRule.VAULT_UNREACHABLE).muted).isFalse();
        assertThat(platform.state.routes.get(muted.id))
                .allSatisfy(
                        route -> assertThat(route.decision).startsWith("INHIBITED: its cause is vault-unreachable"));
    }

    @Test
    void aFailureAfterTheEndOfAnOutageIsNoSymptomOfIt() {
        platform.failed("portal", FailureCode.VAULT_UNREACHABLE);
        platform.pass(Duration.ofMinutes(2));
        platform.stored("shop"); // the vault is back
        platform.pass(Duration.ofMinutes(10));
        int before = platform.to("team").size();

        platform.failed("portal", FailureCode.SOURCE_CORRUPT);
        platform.pass(Duration.ofMinutes(10));

        assertThat(platform.to("team")).hasSize(before + 1);
        assertThat(platform.to("team").getLast().message().firing())
                .extracting(alert -> alert.rule)
                .containsExactly(AlertRule.BACKUP_FAILED);
    }

    /** The vault answers again before the message about it is sent: only the failed backup can tell of the outage. */
    @Test
    void aSymptomOfAnOutageShorterThanTheWaitIsToldAfterIt() {
        platform.failed("portal", FailureCode.VAULT_UNREACHABLE);
        platform.pass(Duration.ofSeconds(20));
        platform.stored("shop");
        platform.pass(Duration.ofMinutes(5));

        assertThat(platform.to("team")).hasSize(1);
        assertThat(platform.to("team").getFirst().message().firing())
                .extracting(alert -> alert.rule)
                .containsExactly(AlertRule.BACKUP_FAILED);
        assertThat(platform.to("ops")).isEmpty();
    }

    @Test
    void aSilenceHoldsTheMessagesOfItsSourceAndRuleUntilItEnds() {
        platform.silences.add(new Silence(
                UUID.randomUUID(),
                "portal",
                "backup-failed",
                platform.now.plus(Duration.ofHours(1)),
                "migration",
                "dana",
                platform.now));
        platform.failed("portal", FailureCode.SOURCE_CORRUPT);
        platform.pass(Duration.ofMinutes(50));
        assertThat(platform.sent).isEmpty();

        platform.pass(Duration.ofMinutes(15));

        assertThat(platform.sent).hasSize(1);
    }

    @Test
    void quietHoursHoldWarningsButNotCriticalAlerts() {
        platform.until(Simulation.BEGIN.plus(Duration.ofHours(23)), Duration.ofMinutes(5));
        platform.raise("size-anomaly", "shop", "WARNING", null);
        platform.raise("source-down", "shop", "CRITICAL", "host db:5432");
        platform.pass(Duration.ofHours(2));

        assertThat(platform.to("night")).hasSize(1);
        assertThat(platform.to("night").getFirst().message().firing())
                .extracting(alert -> alert.rule)
                .containsExactly(AlertRule.SOURCE_UNREACHABLE);

        platform.resolve("source-down", "shop");
        platform.until(Simulation.BEGIN.plus(Duration.ofHours(32)), Duration.ofMinutes(5));

        assertThat(platform.to("night").getLast().message().firing())
                .extracting(alert -> alert.rule)
                .containsExactly(AlertRule.SIZE_ANOMALY);
    }

    @Test
    void aChannelThatDoesNotWorkIsToldOnEveryOther() {
        platform.troubles.add(new io.holdfast.notifier.watch.PlatformFacts.ChannelTrouble(
                "ops", "d-1", "it answered 404", platform.now));
        platform.pass(Duration.ofMinutes(1));

        assertThat(platform.sent).extracting(Simulation.Sent::channel).containsExactlyInAnyOrder("team", "night");
    }
}
