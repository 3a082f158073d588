package io.holdfast.notifier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.Samples;
import io.quarkus.qute.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What people read, word for word. With {@code -Dholdfast.golden=write} the files are written anew. */
class GoldenTextsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Engine TEMPLATES = MailTemplates.engine();
    private static final ObjectMapper PRETTY = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    static Stream<String> told() {
        return Samples.all().stream()
                .filter(sample -> sample.notice().isPresent())
                .map(Samples.Sample::name)
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("told")
    void slack(String name) throws IOException {
        assertGolden(
                name + ".slack.json", SlackBlockRenderer.message(notice(name)).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "BackupCompleted, BackupProven",
        "RestoreStarted, RestoreCompleted",
        "RestoreAwaitingApproval, RestoreCompleted"
    })
    void theFirstMessageOfAThreadInSlackShowsTheOutcome(String first, String latest) throws IOException {
        String json = SlackBlockRenderer.updated(notice(first), notice(latest)).toString();

        assertGolden(first + "-" + latest + ".slack.json", json);
    }

    @ParameterizedTest
    @MethodSource("told")
    void mail(String name) throws IOException {
        MailContent mail = MailContent.of(notice(name), ZoneOffset.UTC, TEMPLATES);

        assertGolden(name + ".mail.txt", "Subject: " + mail.subject() + "\n\n" + mail.text());
        assertGolden(name + ".mail.html", mail.html());
    }

    @Test
    void aMailHasTheTimesOfItsChannelsZoneAndUtc() throws IOException {
        MailContent mail = MailContent.of(notice("BackupCompleted"), ZoneId.of("Europe/Vienna"), TEMPLATES);

        assertGolden("BackupCompleted.vienna.mail.txt", mail.text());
        assertGolden("BackupCompleted.vienna.mail.html", mail.html());
    }

    @Test
    void aMailWithALongTextAndHostileNamesStaysReadable() throws IOException {
        MailContent mail = MailContent.of(hostile(), ZoneOffset.UTC, TEMPLATES);

        assertGolden("hostile.mail.txt", "Subject: " + mail.subject() + "\n\n" + mail.text());
        assertGolden("hostile.mail.html", mail.html());
    }

    @ParameterizedTest
    @MethodSource("told")
    void teams(String name) throws IOException {
        assertGolden(name + ".teams.json", TeamsCardRenderer.json(notice(name)));
    }

    @ParameterizedTest
    @MethodSource("told")
    void webhook(String name) throws IOException {
        assertGolden(name + ".webhook.json", WebhookChannel.json(message(name)));
    }

    @ParameterizedTest
    @MethodSource("told")
    void pagerDuty(String name) throws IOException {
        Optional<PagerDutyIncident> incident = PagerDutyIncident.of(notice(name));

        assertGolden(
                name + ".pagerduty.json",
                incident.map(one -> PagerDutyChannel.event(message(name), one).toString())
                        .orElse("{\"sent\":false}"));
    }

    @Test
    void nobodyCanCallAWholeChannelOrHideALink() throws IOException {
        Notification notice = Samples.of("BackupCompleted")
                .with("portal", "<!channel> & <https://evil.example|portal>")
                .notice()
                .orElseThrow();

        String slack = SlackBlockRenderer.message(notice).toString();
        assertThat(slack)
                .doesNotContain("<!channel>")
                .doesNotContain("<https")
                .contains("&lt;!channel&gt; &amp; ", "\"link_names\":false", "\"parse\":\"none\"");
        assertThat(PRETTY.readTree(slack).findParents("type").stream()
                        .filter(text -> text.path("type").asText().equals("mrkdwn")))
                .isNotEmpty()
                .allMatch(text -> text.path("verbatim").asBoolean());
        assertThat(MailContent.of(notice, ZoneOffset.UTC, TEMPLATES).html())
                .doesNotContain("<!channel>")
                .doesNotContain("<https");
        assertThat(TeamsCardRenderer.json(notice)).doesNotContain("\"TextBlock\"", "FactSet", "\"entities\"");
    }

    @Test
    void longTextsAreCutWithinSlacksLimits() throws IOException {
        JsonNode message = PRETTY.readTree(SlackBlockRenderer.message(huge()).toString());
        JsonNode blocks = message.get("blocks");

        assertThat(blocks).hasSizeLessThanOrEqualTo(50);
        assertThat(message.findValuesAsText("text")).allMatch(text -> text.length() <= 3000);
        assertThat(blocks.get(0).at("/text/text").asText())
                .hasSizeLessThanOrEqualTo(150)
                .endsWith("…");
        for (JsonNode block : blocks) {
            assertThat(block.path("fields")).hasSizeLessThanOrEqualTo(10);
            block.path("fields")
                    .forEach(field -> assertThat(field.path("text").asText()).hasSizeLessThanOrEqualTo(2000));
        }
    }

    @Test
    void longTextsAreCutWithinTheLimitsOfTeamsAndPagerDuty() throws IOException {
        assertThat(TeamsCardRenderer.json(huge()).getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(TeamsCardRenderer.LARGEST_MESSAGE);

        ChannelMessage message = new ChannelMessage("d-1", huge(), "t", "s", "e");
        JsonNode event =
                PagerDutyChannel.event(message, PagerDutyIncident.of(huge()).orElseThrow());
        assertThat(event.at("/payload/summary").asText()).hasSizeLessThanOrEqualTo(1024);
        assertThat(event.path("dedup_key").asText()).hasSizeLessThanOrEqualTo(255);
        assertThat(event.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(512 * 1024);
    }

    @Test
    void aSubjectIsOneLine() {
        Notification notice = Samples.of("BackupCompleted")
                .with("portal", "por\\r\\nBcc: all@example.com")
                .notice()
                .orElseThrow();

        assertThat(MailContent.of(notice, ZoneOffset.UTC, TEMPLATES).subject())
                .doesNotContain("\n")
                .doesNotContain("\r");
    }

    @Test
    void anAlertHasOneIncidentFromItsBeginningToItsEnd() throws IOException {
        for (Notification notice :
                List.of(AlertNotices.raised(), AlertNotices.acknowledged(), AlertNotices.resolved())) {
            ChannelMessage message = new ChannelMessage("d-1", notice, "t", "s", "e");
            PagerDutyIncident incident = PagerDutyIncident.of(notice).orElseThrow();

            assertThat(incident.dedupKey()).isEqualTo("alert/backup-failed/portal");
            String action = incident.action().name().toLowerCase(Locale.ROOT);
            assertGolden(
                    "alert-" + action + ".pagerduty.json",
                    PagerDutyChannel.event(message, incident).toString());
        }
    }

    @Test
    void theLinkThatAcknowledgesAnAlertIsTheOnlyLink() throws IOException {
        Notification raised = AlertNotices.raised();

        MailContent mail = MailContent.of(raised, ZoneOffset.UTC, TEMPLATES);
        assertGolden("alert.mail.txt", mail.text());
        assertGolden("alert.mail.html", mail.html());
        assertGolden("alert.slack.json", SlackBlockRenderer.message(raised).toString());
        assertGolden("alert.teams.json", TeamsCardRenderer.json(raised));
        assertGolden(
                "alert-resolved.slack.json",
                SlackBlockRenderer.updated(raised, AlertNotices.resolved()).toString());
        assertThat(ActionLink.of(AlertNotices.resolved())).isEmpty();
        assertThat(mail.html()).containsOnlyOnce("href=");
    }

    @Test
    void aDigestCallsNobody() {
        Notification digest = new Notification(
                null, "digest/pager/2026-01-15", null, Notification.Mood.WARNING, "Digest", "", List.of(), null, null);

        assertThat(PagerDutyIncident.of(digest)).isEmpty();
    }

    private static Notification huge() {
        String huge = "<&>".repeat(5000);
        return new Notification(
                NotifiedEvent.BACKUP_FAILED,
                "backup/" + huge + "/failed",
                huge,
                Notification.Mood.BAD,
                huge,
                huge,
                Collections.nCopies(1000, new Notification.Fact(huge, huge)),
                huge,
                Instant.EPOCH);
    }

    private static Notification hostile() {
        Notification notice = notice("BackupCompleted");
        String name = "<!channel>|<b>" + "x".repeat(80) + "</b>\u202Egpj.exe";
        String error = "ERROR: <script>alert(1)</script>\nDETAIL: " + "0123456789".repeat(1000);
        return new Notification(
                notice.kind(),
                notice.thing(),
                name,
                notice.mood(),
                "Backup of " + name + " completed, but in part",
                error,
                List.of(
                        new Notification.Fact("Source", name),
                        new Notification.Fact("Path", "C:" + "\\very-long-folder".repeat(20)),
                        new Notification.Fact("Backup", "019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f")),
                notice.todo(),
                notice.at());
    }

    private static ChannelMessage message(String name) {
        String type = Topic.typeOf(Samples.of(name).type());
        return new ChannelMessage("d-1", notice(name), type, "/holdfast/backup-service", "e-1");
    }

    private static Notification notice(String name) {
        return Samples.of(name).notice().orElseThrow();
    }

    private static void assertGolden(String file, String text) throws IOException {
        String actual = file.endsWith(".json") ? PRETTY.readTree(text).toPrettyString() + "\n" : text;
        Path golden = GOLDEN.resolve(file);
        if ("write".equals(System.getProperty("holdfast.golden"))) {
            Files.writeString(golden, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(golden));
    }
}
