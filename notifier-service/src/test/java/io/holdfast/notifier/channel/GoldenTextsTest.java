package io.holdfast.notifier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.holdfast.contracts.Topic;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people read, word for word. With {@code -Dholdfast.golden=write} the files are written anew. */
class GoldenTextsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
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
        String json = SlackBlockRenderer.json(notice(name));

        assertGolden(name + ".slack.json", PRETTY.readTree(json).toPrettyString() + "\n");
    }

    @ParameterizedTest
    @MethodSource("told")
    void mail(String name) throws IOException {
        MailContent mail = MailContent.of(notice(name));

        assertGolden(name + ".mail.txt", "Subject: " + mail.subject() + "\n\n" + mail.text());
        assertGolden(name + ".mail.html", mail.html());
    }

    @Test
    void webhook() throws IOException {
        String type = Topic.typeOf(Samples.of("BackupCompleted").type());
        String json = WebhookChannel.json(
                new ChannelMessage("d-1", notice("BackupCompleted"), type, "/holdfast/backup-service", "e-1"));

        assertGolden("BackupCompleted.webhook.json", PRETTY.readTree(json).toPrettyString() + "\n");
    }

    @Test
    void nobodyCanCallAWholeChannelOrHideALink() {
        Notification notice = Samples.of("BackupCompleted")
                .with("portal", "<!channel> & <https://evil.example|portal>")
                .notice()
                .orElseThrow();

        assertThat(SlackBlockRenderer.json(notice))
                .doesNotContain("<!channel>")
                .doesNotContain("<https")
                .contains("&lt;!channel&gt; &amp; ");
        assertThat(MailContent.of(notice).html()).doesNotContain("<!channel>").doesNotContain("<https");
    }

    @Test
    void longTextsAreCutWithinSlacksLimits() throws IOException {
        Notification notice = Samples.of("BackupCompleted").notice().orElseThrow();
        String huge = "<&>".repeat(5000);
        Notification long1 = new Notification(
                notice.kind(),
                notice.thing(),
                huge,
                notice.mood(),
                huge,
                huge,
                List.of(new Notification.Fact(huge, huge)),
                huge,
                Instant.EPOCH);

        var blocks = PRETTY.readTree(SlackBlockRenderer.json(long1)).get("blocks");

        assertThat(blocks.findValuesAsText("text")).allMatch(text -> text.length() <= 3000);
        assertThat(blocks.get(0).at("/text/text").asText())
                .hasSizeLessThanOrEqualTo(150)
                .endsWith("…");
        assertThat(blocks.get(2).at("/fields/0/text").asText()).hasSizeLessThanOrEqualTo(2000);
    }

    @Test
    void aSubjectIsOneLine() {
        Notification notice = Samples.of("BackupCompleted")
                .with("portal", "por\\r\\nBcc: all@example.com")
                .notice()
                .orElseThrow();

        assertThat(MailContent.of(notice).subject()).doesNotContain("\n").doesNotContain("\r");
    }

    private static Notification notice(String name) {
        return Samples.of(name).notice().orElseThrow();
    }

    private static void assertGolden(String file, String actual) throws IOException {
        Path golden = GOLDEN.resolve(file);
        if ("write".equals(System.getProperty("holdfast.golden"))) {
            Files.writeString(golden, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(golden));
    }
}
