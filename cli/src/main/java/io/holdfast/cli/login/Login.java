package io.holdfast.cli.login;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A login for one platform.
 *
 * @param accessToken sent to the platform only
 * @param refreshToken sent to the issuer only; absent: the login ends with the access token
 * @param expiresAt of the access token
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Login(
        String issuer,
        String clientId,
        String accessToken,
        @Nullable String refreshToken,
        Instant expiresAt) {

    /** Names no token. */
    @Override
    public String toString() {
        return "login at " + issuer;
    }
}
