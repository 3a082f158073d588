package io.holdfast.notifier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.PlatformDetails;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages of drills link to the report where the configuration says how browsers reach it. */
class ReportLinkTest {
    private static final String DRILL = "018f3b5e-7c1a-7d3e-8b21-4a5c6d7e8f90";
    private static final String REPORT = "https://holdfast.example.com/api/drills/" + DRILL + "/report";

    @Test
    void aFailedDrillLinksToItsReportBesideItsAcknowledgement() throws Exception {
        Notification message = PlatformDetails.added(
                AlertNotices.raised().fact("Drill", DRILL), config("https://holdfast.example.com/"));

        assertThat(ActionLink.of(message)).extracting(ActionLink::label).containsExactly("Acknowledge", "Report");
        assertThat(SlackBlockRenderer.message(message).toString()).contains("<" + REPORT + "|Report>");
        assertThat(new ObjectMapper()
                        .readTree(TeamsCardRenderer.json(message))
                        .at("/attachments/0/content/actions")
                        .findValuesAsText("url"))
                .hasSize(2)
                .contains(REPORT);
    }

    @Test
    void noLinkLeadsElsewhereThanToTheReportOfADrill() {
        assertThat(ActionLink.of(PlatformDetails.added(passed(DRILL), config(null))))
                .isEmpty();
        assertThat(ActionLink.of(PlatformDetails.added(passed("../../evil"), config("https://holdfast.example.com"))))
                .isEmpty();
    }

    private static Notification passed(String drill) {
        return Notification.test("ops", Instant.EPOCH).fact("Drill", drill);
    }

    private static HoldfastConfig config(@Nullable String address) {
        String yaml =
                "holdfast:\n  vault: { bucket: backups, key-file: vault.key }\n  sources: { lab: { engine: sqlite, url: \"sqlite:/l.db\" } }\n"
                        + (address == null ? "" : "  notifications: { report-url: \"" + address + "\" }\n");
        return HoldfastConfig.parse(yaml, Path.of("holdfast.yaml"), Environment.of(Map.of()));
    }
}
