package io.holdfast.notifier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.DigestPeriod;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.Samples;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a mail server that says what the test says, and then drops the connection. */
@Timeout(60)
class EmailChannelTest {
    private final ServerSocket server = open();
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws IOException {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aServerThatDropsTheConnectionIsTriedAgain() throws Exception {
        answer("");

        assertLater(send(), "did not finish within 3 s");
    }

    @Test
    void aServerThatDropsTheConnectionAfterItsGreetingIsTriedAgain() throws Exception {
        answer("220 mail.example ESMTP\r\n");

        assertLater(send(), "cannot be used");
    }

    @Test
    void aServerThatRefusesForGoodIsNotTriedAgain() throws Exception {
        answer("554 5.7.1 go away, your password s3cret is known here\r\n");

        SendResult result = send();

        assertThat(result).isInstanceOf(SendResult.Refused.class);
        assertThat(((SendResult.Refused) result).reason())
                .contains("answered 554")
                .doesNotContain("s3cret");
    }

    private void assertLater(SendResult result, String why) {
        assertThat(result).isInstanceOf(SendResult.Later.class);
        assertThat(((SendResult.Later) result).reason())
                .contains("the mail server 127.0.0.1:" + server.getLocalPort() + " " + why);
    }

    private SendResult send() throws InterruptedException {
        ChannelConfig.Smtp smtp =
                new ChannelConfig.Smtp("127.0.0.1", server.getLocalPort(), Optional.empty(), Optional.empty(), false);
        ChannelConfig.Email config = new ChannelConfig.Email(
                List.of("dba@example.com"),
                "holdfast@example.com",
                smtp,
                List.of(),
                DigestPeriod.NONE,
                LocalTime.of(7, 0),
                ZoneOffset.UTC,
                Optional.empty());
        Notification notice = Samples.of("BackupCompleted").notice().orElseThrow();
        return new EmailChannel(config, vertx, MailTemplates.engine(), Duration.ofSeconds(3))
                .send(new ChannelMessage("d-1", notice, "type", "source", "id"));
    }

    /** To each connection, as long as the test runs. */
    private void answer(String text) {
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    OutputStream out = client.getOutputStream();
                    out.write(text.getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                } catch (IOException e) {
                    // the client or the test ended
                }
            }
        });
    }

    private static ServerSocket open() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
