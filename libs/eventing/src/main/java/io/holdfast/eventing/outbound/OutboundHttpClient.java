package io.holdfast.eventing.outbound;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to checked destinations only: it resolves a name once, checks every address, and connects to a checked
 * address, so that a name server cannot answer differently afterwards. Follows no redirection. TLS verifies the name.
 * Thread-safe. If the JVM has an HTTP proxy, the proxy makes the connection, to the name.
 */
public final class OutboundHttpClient implements AutoCloseable {
    private static final int CONNECTIONS_PER_HOST = 32;

    private final HttpClient http;
    private final OutboundPolicy policy;

    public OutboundHttpClient(Vertx vertx, OutboundPolicy policy) {
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setKeepAlive(false)
                // addresses of channels hold secrets, and other companies are not told of our traces
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setMaxPoolSize(CONNECTIONS_PER_HOST));
        this.policy = policy;
    }

    /**
     * Sends a request and waits for the head of its answer.
     *
     * @param patience for the connection and the head of the answer
     * @param bytes of the body that are read; the connection is closed after them
     * @throws io.holdfast.contracts.HoldfastException REQUEST_FORBIDDEN if the destination is refused
     * @throws UnknownHostException if its name has no address
     * @throws HttpTimeoutException if there is no answer in time
     * @throws IOException if the connection fails or breaks
     * @throws IllegalArgumentException if the URL or a header cannot be sent
     */
    public OutboundAnswer send(OutboundRequest request, Duration patience, int bytes)
            throws IOException, InterruptedException {
        request.headers().values().forEach(OutboundHttpClient::refuseControlCharacters);
        RequestOptions options = options(request, patience);
        Future<OutboundAnswer> answer = http.request(options).compose(opened -> answer(opened, request, bytes));
        try {
            return answer.toCompletionStage().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.onSuccess(late -> late.start().cancel(true));
            throw new HttpTimeoutException("timed out");
        } catch (ExecutionException e) {
            throw failure(Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    private RequestOptions options(OutboundRequest request, Duration patience) throws UnknownHostException {
        URI url = request.url();
        if (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new IllegalArgumentException("this is not an http or https URL");
        }
        int port = PlatformEndpoints.port(url);
        RequestOptions options = new RequestOptions()
                .setMethod(request.body() == null ? HttpMethod.GET : HttpMethod.POST)
                .setSsl("https".equals(url.getScheme()))
                .setHost(url.getHost())
                .setPort(port)
                .setURI(path(url))
                .setTimeout(patience.toMillis())
                .setFollowRedirects(false);
        InetSocketAddress proxy = proxy(url);
        if (proxy != null) {
            checkBeforeProxy(url.getHost(), port);
            return options.setProxyOptions(
                    new ProxyOptions().setHost(proxy.getHostString()).setPort(proxy.getPort()));
        }
        InetAddress checked = policy.check(url.getHost(), port).getFirst();
        return options.setServer(SocketAddress.inetSocketAddress(port, checked.getHostAddress()));
    }

    private void checkBeforeProxy(String host, int port) {
        try {
            policy.check(host, port);
        } catch (UnknownHostException e) {
            // behind a proxy, names of other networks have no address here
        }
    }

    private static String path(URI url) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    private static @Nullable InetSocketAddress proxy(URI url) {
        ProxySelector selector = ProxySelector.getDefault();
        return selector == null
                ? null
                : selector.select(url).stream()
                        .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
                        .map(proxy -> (InetSocketAddress) proxy.address())
                        .findFirst()
                        .orElse(null);
    }

    /** Takes the answer on the event loop, before the request is sent: the calling thread may come after the answer's end. */
    private static Future<OutboundAnswer> answer(HttpClientRequest opened, OutboundRequest request, int bytes) {
        Future<OutboundAnswer> answer = opened.response().map(response -> AnswerStart.read(response, bytes));
        request.headers().forEach(opened::putHeader);
        String body = request.body();
        var unused = body == null ? opened.send() : opened.send(body);
        return answer;
    }

    private static void refuseControlCharacters(String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a header has a control character");
        }
    }

    private static IOException failure(Throwable cause) {
        return switch (cause) {
            case ConnectTimeoutException e -> new HttpTimeoutException("timed out");
            case TimeoutException e -> new HttpTimeoutException("timed out");
            case IOException e -> e;
            case IllegalArgumentException e -> throw e;
            default -> new IOException(cause);
        };
    }

    @Override
    public void close() {
        http.close();
    }
}
