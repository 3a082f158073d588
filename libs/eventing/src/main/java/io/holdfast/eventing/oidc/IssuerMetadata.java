package io.holdfast.eventing.oidc;

import io.holdfast.config.OidcConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Reads an issuer's keys by OpenID Connect Discovery 1.0: its metadata, then the key set that they name. */
record IssuerMetadata(URI issuer) {
    private static final String WELL_KNOWN = "/.well-known/openid-configuration";
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    private static final int LARGEST = 512 * 1024;
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(3))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** Fails with an {@link IssuerUnavailableException} or with the failure of the connection. */
    CompletableFuture<List<JsonWebKey>> readKeys() {
        String base = issuer.toString().replaceAll("/$", "");
        return get(URI.create(base + WELL_KNOWN))
                .thenApply(this::keySetAddress)
                .thenCompose(this::get)
                .thenApply(this::keys);
    }

    private CompletableFuture<String> get(URI uri) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(ANSWER_WITHIN)
                .header("Accept", "application/json")
                .build();
        return HTTP.sendAsync(request, head -> new LimitedBody(LARGEST, ANSWER_WITHIN))
                .thenApply(response -> body(uri, response));
    }

    private String body(URI uri, HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw unusable("answers " + response.statusCode() + " at " + uri.getPath(), null);
        }
        return response.body();
    }

    private URI keySetAddress(String metadata) {
        try {
            Map<String, Object> members = JsonUtil.parseJson(metadata);
            if (!issuer.toString().equals(members.get("issuer"))) {
                throw unusable("publishes metadata of another issuer", null);
            }
            URI keySet = URI.create(String.valueOf(members.get("jwks_uri")));
            if (!OidcConfig.isTrustworthy(keySet) || !issuer.getScheme().equals(keySet.getScheme())) {
                throw unusable("publishes its keys at an address without TLS", null);
            }
            return keySet;
        } catch (JoseException | IllegalArgumentException e) {
            throw unusable("publishes unreadable metadata", e);
        }
    }

    private List<JsonWebKey> keys(String keySet) {
        try {
            return List.copyOf(new JsonWebKeySet(keySet).getJsonWebKeys());
        } catch (JoseException e) {
            throw unusable("publishes unreadable keys", e);
        }
    }

    private IssuerUnavailableException unusable(String how, @Nullable Throwable cause) {
        return new IssuerUnavailableException("issuer " + issuer + " " + how, cause);
    }
}
