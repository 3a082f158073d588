package io.holdfast.eventing.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server on this machine, with a name server of the test's own. */
class OutboundHttpClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Queue<List<InetAddress>> answers = new ArrayDeque<>();
    private final OutboundHttpClient http = new OutboundHttpClient(vertx, OutboundPolicy.standalone(this::resolve));
    private final HttpServer server = open();

    private List<InetAddress> resolve(String host) throws UnknownHostException {
        return answers.isEmpty() ? OutboundPolicy.systemResolver(host) : answers.remove();
    }

    private HttpServer open() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void start() {
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI());
            exchange.getResponseHeaders().add("Location", "http://169.254.169.254/latest/meta-data/");
            byte[] body = "moved".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(302, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void theCheckedAddressIsCalledUnderItsNameAlsoIfTheNameHasAnotherOneAMomentLater() throws Exception {
        answers.add(addresses("127.0.0.1"));
        answers.add(addresses("169.254.169.254"));

        OutboundAnswer answer = send("http://portal.example:" + port() + "/health?deep=1");

        assertThat(answer.status()).isEqualTo(302);
        assertThat(asked).containsExactly("portal.example:" + port() + "/health?deep=1");
        assertThat(answers).hasSize(1);
    }

    @Test
    void aRedirectionToAMetadataServiceIsNotFollowed() throws Exception {
        OutboundAnswer answer = send("http://127.0.0.1:" + port() + "/");

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.start().get(10, TimeUnit.SECONDS)).isEqualTo("move");
        assertThat(asked).hasSize(1);
    }

    @Test
    void oneForbiddenAddressOfSeveralForbidsTheName() {
        answers.add(addresses("127.0.0.1", "169.254.169.254"));

        forbidden("http://portal.example:" + port() + "/");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/",
                "https://169.254.169.254/",
                "http://[::ffff:169.254.169.254]/",
                "http://[fe80::1]/",
                "http://[fd00:ec2::254]/"
            })
    void aForbiddenAddressIsNotCalled(String url) {
        forbidden(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://2852039166/",
                "http://0xa9fea9fe/",
                "http://0251.0376.0251.0376/",
                "http://169.254.43518/",
                "http://0xa9.254.169.254/"
            })
    void otherFormsOfAForbiddenAddressAreNotCalledEither(String url) {
        assertThatThrownBy(() -> send(url))
                .isInstanceOfAny(HoldfastException.class, IllegalArgumentException.class, UnknownHostException.class);
    }

    private void forbidden(String url) {
        assertThatExceptionOfType(HoldfastException.class)
                .isThrownBy(() -> send(url))
                .withMessageContaining("outbound.allow")
                .matches(failure -> failure.code() == FailureCode.REQUEST_FORBIDDEN);
    }

    private OutboundAnswer send(String url) throws IOException, InterruptedException {
        return http.send(new OutboundRequest(URI.create(url), Map.of(), null), PATIENCE, 4);
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private static List<InetAddress> addresses(String... literals) {
        return List.of(literals).stream()
                .map(literal -> {
                    try {
                        return InetAddress.getByName(literal);
                    } catch (UnknownHostException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }
}
