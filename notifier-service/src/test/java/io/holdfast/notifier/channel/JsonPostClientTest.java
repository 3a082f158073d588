package io.holdfast.notifier.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.eventing.outbound.OutboundHttpClient;
import io.holdfast.eventing.outbound.OutboundPolicy;
import io.vertx.core.Vertx;
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
    private final Vertx vertx = Vertx.vertx();
    private final OutboundHttpClient http =
            new OutboundHttpClient(vertx, OutboundPolicy.standalone(OutboundPolicy::systemResolver));

    @AfterEach
    void close() throws IOException {
        server.close();
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
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

    @Test
    void aForbiddenDestinationIsNeitherCalledNorTriedAgain() throws Exception {
        SendResult result = client().send(URI.create("http://169.254.169.254/hook?s3cret"), Map.of(), "{}", "mend it");

        assertThat(result).isInstanceOf(SendResult.Refused.class);
        assertThat(((SendResult.Refused) result).reason())
                .contains("169.254.169.254", "outbound.allow")
                .doesNotContain("s3cret");
    }

    @Test
    void aTokenWithALineBreakIsNotSent() {
        URI url = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/hook");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> client().send(url, Map.of("Authorization", "Bearer a\nb"), "{}", "mend it"));
    }

    private SendResult send() throws InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/hook");
        return client().send(url, Map.of(), "{}", "mend it");
    }

    private JsonPostClient client() {
        return new JsonPostClient(http, Clock.systemUTC(), Duration.ofSeconds(2));
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
