package io.holdfast.config;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The identity provider of persons.
 *
 * @param issuer compared as it is written with {@code iss} of tokens
 */
public record OidcConfig(
        @ConfigKey(
                value =
                        "URL of the issuer, exactly as in the claim `iss`. It begins with https; http is accepted for this machine only.",
                example = "https://sso.example.com/realms/company")
        URI issuer,

        @ConfigKey(value = "Text that the claim `aud` of a token has to contain.", example = "holdfast")
        String audience,

        @ConfigKey(
                value = "Public client of the provider with which the command line gets tokens by device code.",
                fallback = "holdfast")
        String clientId,

        @ConfigKey(
                value =
                        "Claim whose values `access.roles` maps: a list of texts or one text. A path with slashes, such as `realm_access/roles`, names a claim within claims.",
                fallback = "groups")
        String rolesClaim,

        @ConfigKey(
                value =
                        "Claim with the person's name for records, as text or path. Choose one that persons cannot change themselves.",
                fallback = "preferred_username")
        String nameClaim,

        @ConfigKey(
                value = "Values that claims need to have or to contain, by the claim's name or path.",
                example = "{ tenant: production }")
        Map<String, String> requiredClaims,

        @ConfigKey(
                value = "Accepted difference between the clocks of the issuer and the services, at most 5m.",
                fallback = "10s")
        Duration clockSkew,

        @ConfigKey("Endpoint that checks tokens which are no JWTs (RFC 7662). Without it such tokens are refused.")
        Optional<Introspection> introspection) {

    /** The credential of a confidential client that may ask about tokens. */
    public record Introspection(
            @ConfigKey(
                    value =
                            "URL of the introspection endpoint. It begins with https; http is accepted for this machine only.",
                    example = "https://sso.example.com/realms/company/protocol/openid-connect/token/introspect")
            URI url,

            @ConfigKey(value = "Client that asks.", example = "holdfast-services")
            String clientId,

            @ConfigKey(value = "Secret of this client.", example = "{ file: /run/secrets/introspection }")
            SecretRef clientSecret) {}

    /** Whether keys and tokens may come from there: over TLS, or from this machine. */
    public static boolean isTrustworthy(URI uri) {
        String host = uri.getHost();
        return host != null
                && ("https".equals(uri.getScheme())
                        || ("http".equals(uri.getScheme())
                                && (host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]"))));
    }
}
