package io.holdfast.eventing.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.DevStackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that are slow or send too much, over plain sockets. */
@QuarkusTest
@WithTestResource(DevStackResource.class)
class SlowClientTest {
    private static final int PACE_MILLIS = 200;

    /** As the properties of the tests have it. */
    private static final Duration BODY_WITHIN = Duration.ofSeconds(3);

    private static final String HOST = "Host: 127.0.0.1\r\n";

    @TestHTTPResource("/")
    URI server = URI.create("set:by-quarkus");

    @Test
    void aClientThatSendsTheHeadByteForByteIsCutOff() throws IOException {
        Duration lasted = drip("GET /demo HTTP/1.1\r\n" + HOST + "X-Slow: ");

        assertThat(lasted).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(30));
    }

    @Test
    void aClientThatSendsTheHeadOfASecondRequestByteForByteIsCutOff() throws IOException {
        Duration lasted = drip("GET /demo HTTP/1.1\r\n" + HOST + "\r\n");

        assertThat(lasted).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(30));
    }

    @Test
    void aClientThatSendsTheBodyByteForByteIsCutOff() throws IOException {
        Duration lasted = drip(
                "POST /demo HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{");

        assertThat(lasted).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(30));
    }

    @Test
    void aBodyThatNoOperationReadsClosesNothing() throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout((int) BODY_WITHIN.plusSeconds(1).toMillis());
            socket.getOutputStream()
                    .write(("POST /demo/x/cancellation HTTP/1.1\r\n" + HOST
                                    + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                            .getBytes(StandardCharsets.US_ASCII));

            assertThat(ended(socket)).as("closed by the server").isFalse();
        }
    }

    @Test
    @Tag("slow")
    void aLongAnswerIsNotCutOff() throws IOException {
        String answer = exchange("GET /demo/long HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200").contains("row 12");
    }

    @Test
    void aBodyBeyondTheLimitIsRefusedWhetherItIsAnnouncedOrNot() throws IOException {
        String head = "POST /demo HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\nConnection: close\r\n";
        String first = "b\r\n{\"source\":\"\r\n";
        String chunk = "10000\r\n" + "a".repeat(0x10000) + "\r\n";

        assertThat(exchange(head + "Content-Length: 1048577\r\n\r\n"))
                .startsWith("HTTP/1.1 413")
                .contains("application/problem+json", "REQUEST_INVALID", "1048576 bytes", "nosniff");
        assertThat(exchange(head + "Transfer-Encoding: chunked\r\n\r\n" + first + chunk.repeat(16)))
                .startsWith("HTTP/1.1 413");
        assertThat(exchange("GET /demo HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void aTokenOfOneMegabyteIsRefusedWithTheHead() throws IOException {
        assertThat(exchange("GET /api/whoami HTTP/1.1\r\n" + HOST + "Authorization: Bearer " + "a".repeat(1 << 20)
                        + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(exchange("GET /api/whoami HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    /** Sends the beginning, then a byte now and then, until the server closes the connection. */
    private Duration drip(String beginning) throws IOException {
        Instant begin = Instant.now();
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(PACE_MILLIS);
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
            while (Duration.between(begin, Instant.now()).toSeconds() < 40) {
                if (ended(socket)) {
                    break;
                }
                socket.getOutputStream().write('a');
            }
        } catch (IOException e) {
            // a reset is an end as well
        }
        return Duration.between(begin, Instant.now());
    }

    private static boolean ended(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // an answer before the end
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Returns what came of the answer before the connection was closed or reset. */
    private String exchange(String request) throws IOException {
        StringBuilder answer = new StringBuilder();
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // refused before its end
            }
            for (int read = socket.getInputStream().read();
                    read >= 0;
                    read = socket.getInputStream().read()) {
                answer.append((char) read);
            }
        } catch (IOException e) {
            // a reset after the answer
        }
        return answer.toString();
    }
}
