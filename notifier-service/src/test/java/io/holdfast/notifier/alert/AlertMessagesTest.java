package io.holdfast.notifier.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.Notification.Mood;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AlertMessagesTest {
    private static final String LINK = "https://holdfast.example/api/acknowledgements/4711";

    private final Simulation platform = new Simulation("""
            holdfast:
              vault: { bucket: backups, key-file: vault.key }
              channels: { ops: { type: slack, webhook: { env: A } } }
              notifications: { notify: [ops] }
              sources:
                portal: { engine: sqlite, url: "sqlite:/data/p.db", environment: production }
                shop: { engine: sqlite, url: "sqlite:/data/s.db", environment: production }
            """);

    @Test
    void oneAlertSaysWhatFailedWhyAndWhatToDo() {
        platform.failed("portal", FailureCode.SOURCE_PERMISSION_DENIED);
        platform.pass(Duration.ofMinutes(1));

        Notification notice = last(LINK);

        assertThat(notice.kind()).isEqualTo(NotifiedEvent.BACKUP_FAILED);
        assertThat(notice.mood()).isEqualTo(Mood.BAD);
        assertThat(notice.source()).isEqualTo("portal");
        assertThat(notice.title()).isEqualTo("Backup failed: portal");
        assertThat(notice.text()).isEqualTo("backup of portal failed: it does not answer (SOURCE_PERMISSION_DENIED)");
        assertThat(notice.todo()).contains("holdfast backup portal");
        assertThat(notice.facts())
                .extracting(Notification.Fact::label)
                .containsExactly("Source", "Severity", "Since", "Backup", "Alert", "Acknowledge");
    }

    @Test
    void severalAlertsAreAListWithTheirRemedies() {
        platform.failed("portal", FailureCode.SOURCE_PERMISSION_DENIED);
        platform.failed("shop", FailureCode.TOOL_MISSING);
        platform.pass(Duration.ofMinutes(1));

        Notification notice = last(LINK);

        assertThat(notice.kind()).isEqualTo(NotifiedEvent.ALERT_RAISED);
        assertThat(notice.title()).isEqualTo("2 alerts fire: backup failed (2)");
        assertThat(notice.text().lines()).hasSize(2);
        assertThat(notice.todo()).startsWith("backup failed: ");
        assertThat(notice.source()).isNull();
    }

    @Test
    void aRecoveryIsGoodNewsAndHasNoLink() {
        platform.failed("portal", FailureCode.SOURCE_PERMISSION_DENIED);
        platform.pass(Duration.ofMinutes(30));
        platform.stored("portal");
        platform.pass(Duration.ofMinutes(1));

        Notification notice = last(LINK);

        assertThat(notice.kind()).isEqualTo(NotifiedEvent.ALERT_RESOLVED);
        assertThat(notice.mood()).isEqualTo(Mood.GOOD);
        assertThat(notice.text()).isEqualTo("It lasted 30 min 10 s; 1 run was lost.");
        assertThat(notice.facts()).extracting(Notification.Fact::label).doesNotContain("Acknowledge");
    }

    private Notification last(String link) {
        return AlertMessages.of(platform.sent.getLast().message(), link, platform.now);
    }
}
