package io.holdfast.notifier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a server that answers what the test says, and then neither goes on nor closes. */
@Timeout(180)
class JsonPostClientTest {
    private final ServerSocket server = open();

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void aBodyThatNeverComesHoldsNobody() throws Exception {
        answer("HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\nno_");

        assertThat(send()).isEqualTo(new SendResult.Later("it answered 503", null));
    }

    @Test
    void aBodyThatIsNotWantedIsNotWaitedFor() throws Exception {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");

        assertThat(send()).isEqualTo(new SendResult.Delivered(null));
    }

    @Test
    void aWordThatSaysWhyIsRead() throws Exception {
        answer("HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\nno_service");

        assertThat(send()).isEqualTo(new SendResult.Refused("it answered 404 (no_service); mend it"));
    }

    @Test
    void ofAnAnswerWithoutEndTheStartIsEnough() throws Exception {
        answer("HTTP/1.1 404 Not Found\r\n\r\n" + "word_".repeat(100));

        assertThat(send()).isEqualTo(new SendResult.Refused("it answered 404; mend it"));
    }

    private SendResult send() throws InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/hook");
        return new JsonPostClient(Clock.systemUTC(), Duration.ofSeconds(2)).send(url, Map.of(), "{}", "mend it");
    }

    private void answer(String text) {
        Thread.ofVirtual().start(() -> {
            try (Socket client = server.accept()) {
                byte[] request = new byte[4096];
                int unused = client.getInputStream().read(request);
                client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().flush();
                client.getInputStream().transferTo(OutputStream.nullOutputStream()); // until the notifier hangs up
            } catch (IOException e) {
                // it hung up
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
