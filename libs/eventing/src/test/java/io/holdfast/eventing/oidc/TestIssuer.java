package io.holdfast.eventing.oidc;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.lang.JoseException;

/** An issuer whose keys, answers and outages a test controls, and which counts requests. */
final class TestIssuer implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();
    private final List<PublicJsonWebKey> published = new ArrayList<>();
    private final Map<String, String> introspected = new ConcurrentHashMap<>();
    private volatile boolean away;
    private volatile String claimedIssuer;

    TestIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        claimedIssuer = url().toString();
        server.createContext(
                "/company/.well-known/openid-configuration",
                exchange -> answer(exchange, """
                {"issuer":"%s","jwks_uri":"%s/keys"}""".formatted(claimedIssuer, url())));
        server.createContext("/company/keys", exchange -> answer(exchange, keySet()));
        server.createContext("/company/introspect", this::introspect);
        server.start();
    }

    /** Knows a token that is no JWT. */
    void knows(String token, String answer) {
        introspected.put(token, answer);
    }

    void revoke(String token) {
        introspected.remove(token);
    }

    private void introspect(HttpExchange exchange) {
        try {
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            // client "services" with the secret "a:b c"
            boolean client = ("Basic "
                            + Base64.getEncoder().encodeToString("services:a%3Ab+c".getBytes(StandardCharsets.UTF_8)))
                    .equals(exchange.getRequestHeaders().getFirst("Authorization"));
            String token = URLDecoder.decode(form.substring("token=".length()), StandardCharsets.UTF_8);
            answer(exchange, client ? introspected.getOrDefault(token, "{\"active\":false}") : "no such client");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/company");
    }

    /** Publishes a key. */
    synchronized PublicJsonWebKey publish(PublicJsonWebKey key) {
        published.add(key);
        return key;
    }

    synchronized void remove(PublicJsonWebKey key) {
        published.remove(key);
    }

    static PublicJsonWebKey rsa(String id) {
        try {
            PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(id);
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every answer is 503. */
    void away(boolean is) {
        away = is;
    }

    void claims(String issuer) {
        claimedIssuer = issuer;
    }

    int requests() {
        return requests.get();
    }

    private synchronized String keySet() {
        return new JsonWebKeySet(published).toJson(OutputControlLevel.PUBLIC_ONLY);
    }

    private void answer(HttpExchange exchange, String body) {
        try (exchange) {
            requests.incrementAndGet();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(away ? 503 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
