package io.holdfast.eventing.oidc;

import io.holdfast.config.OidcConfig;
import io.holdfast.config.SecretUnavailableException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The introspection endpoint of an issuer. The client authenticates with HTTP Basic (RFC 6749, section 2.3.1). */
final class IntrospectionEndpoint {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    private static final int LARGEST = 64 * 1024;
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(3))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private final OidcConfig.Introspection configured;
    private final InstantSource clock;
    private volatile @Nullable Instant failedAt;

    IntrospectionEndpoint(OidcConfig.Introspection configured, InstantSource clock) {
        this.configured = configured;
        this.clock = clock;
    }

    /**
     * The members of the answer. Fails with an {@link IssuerUnavailableException}; after a failure the endpoint is not asked
     * for {@link IssuerKeys#RETRY_AFTER}.
     */
    CompletableFuture<Claims> ask(String token) {
        Instant failed = failedAt;
        if (failed != null && clock.instant().isBefore(failed.plus(IssuerKeys.RETRY_AFTER))) {
            return CompletableFuture.failedFuture(unusable("cannot be reached", null));
        }
        HttpRequest request;
        try {
            request = request(token);
        } catch (SecretUnavailableException e) {
            return CompletableFuture.failedFuture(unusable("cannot be asked: " + e.getMessage(), e));
        }
        return HTTP.sendAsync(request, head -> new LimitedBody(LARGEST, ANSWER_WITHIN))
                .thenApply(this::claims)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(failed(failure)));
    }

    private HttpRequest request(String token) throws SecretUnavailableException {
        String secret = configured.clientSecret().resolve().reveal();
        String credential = encoded(configured.clientId()) + ":" + encoded(secret);
        return HttpRequest.newBuilder(configured.url())
                .timeout(ANSWER_WITHIN)
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credential.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString("token=" + encoded(token)))
                .build();
    }

    private Claims claims(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw unusable("answers " + response.statusCode(), null);
        }
        try {
            return new Claims(JsonUtil.parseJson(response.body()));
        } catch (JoseException e) {
            throw unusable("sends an unreadable answer", null); // the cause may hold a part of it
        }
    }

    private IssuerUnavailableException failed(Throwable failure) {
        failedAt = clock.instant();
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof IssuerUnavailableException known ? known : unusable("cannot be reached", cause);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private IssuerUnavailableException unusable(String how, @Nullable Throwable cause) {
        return new IssuerUnavailableException("introspection endpoint " + configured.url() + " " + how, cause);
    }
}
