package io.holdfast.cli.login;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceEndpoints;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Logs in by device code (RFC 8628), refreshes access tokens (RFC 6749, section 6), and logs out (RFC 7009). */
public final class Logins {
    private static final String DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
    private static final Duration REFRESH_BEFORE = Duration.ofSeconds(30);
    private static final int USUAL_INTERVAL = 5;

    private final LoginFile file;
    private final Clock clock;

    public Logins(LoginFile file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * What the person does in a browser, on any device.
     *
     * @param completeAddress has the code in it, if the issuer provides one
     */
    public record Invitation(
            String address, String code, @Nullable String completeAddress) {}

    /** Waits until the person has confirmed the code in a browser, and stores the login. */
    public Login logIn(
            ServiceEndpoints platform, String issuer, String clientId, String scope, Consumer<Invitation> invite) {
        Issuer at = Issuer.discover(issuer);
        JsonNode device = granted(
                at.post("device_authorization_endpoint", Map.of("client_id", clientId, "scope", scope)), issuer);
        invite.accept(new Invitation(
                device.path("verification_uri").asText(),
                device.path("user_code").asText(),
                device.path("verification_uri_complete").asText(null)));
        JsonNode tokens = await(at, issuer, clientId, device);
        Login login = login(issuer, clientId, tokens, null);
        file.change(platform, ignored -> login);
        return login;
    }

    private JsonNode await(Issuer at, String issuer, String clientId, JsonNode device) {
        Instant end = clock.instant().plusSeconds(device.path("expires_in").asLong(600));
        long interval = Math.max(0, device.path("interval").asLong(USUAL_INTERVAL));
        Map<String, String> form = Map.of(
                "grant_type", DEVICE_CODE,
                "device_code", device.path("device_code").asText(),
                "client_id", clientId);
        while (clock.instant().isBefore(end)) {
            pause(interval);
            Issuer.Answer answer = at.post("token_endpoint", form);
            switch (answer.error()) {
                case "authorization_pending" -> {}
                case "slow_down" -> interval += USUAL_INTERVAL;
                case "access_denied" -> throw CommandException.refused("the login was denied in the browser", null);
                case "expired_token" -> throw expired();
                default -> {
                    return granted(answer, issuer);
                }
            }
        }
        throw expired();
    }

    private static CommandException expired() {
        return CommandException.timedOut("the code was not confirmed in time; run ./holdfast login again", null);
    }

    /** The access token for exactly these services, refreshed if it ends soon; empty without a login. */
    public Optional<String> token(ServiceEndpoints platform) {
        Optional<Login> stored = file.find(platform);
        return stored.map(login -> isFresh(login)
                ? login.accessToken()
                : Optional.ofNullable(file.change(platform, this::refreshed))
                        .map(Login::accessToken)
                        .orElseThrow(Logins::ended));
    }

    /** Another process may have refreshed it meanwhile. */
    private @Nullable Login refreshed(@Nullable Login login) {
        if (login == null || isFresh(login)) {
            return login;
        }
        String refresh = login.refreshToken();
        if (refresh == null) {
            throw ended();
        }
        Issuer.Answer answer = Issuer.discover(login.issuer())
                .post(
                        "token_endpoint",
                        Map.of("grant_type", "refresh_token", "refresh_token", refresh, "client_id", login.clientId()));
        if (answer.error().equals("invalid_grant")) {
            throw ended();
        }
        return login(login.issuer(), login.clientId(), granted(answer, login.issuer()), refresh);
    }

    private static CommandException ended() {
        return CommandException.refused("the login for this platform has ended; run ./holdfast login", null);
    }

    /** Removes the login, and revokes its tokens where the issuer can; returns false if no login exists. */
    public boolean logOut(ServiceEndpoints platform, Consumer<String> note) {
        Optional<Login> login = file.find(platform);
        if (login.isEmpty()) {
            return false;
        }
        file.change(platform, ignored -> null);
        try {
            revoke(login.get(), note);
        } catch (CommandException e) {
            note.accept("the tokens are removed here, but not revoked: " + e.getMessage());
        }
        return true;
    }

    private static void revoke(Login login, Consumer<String> note) {
        Issuer issuer = Issuer.discover(login.issuer());
        if (!issuer.has("revocation_endpoint")) {
            note.accept("the issuer cannot revoke tokens; they end by themselves");
            return;
        }
        Map<String, String> form = new LinkedHashMap<>(Map.of("client_id", login.clientId()));
        String refresh = login.refreshToken();
        form.put("token", refresh == null ? login.accessToken() : refresh);
        form.put("token_type_hint", refresh == null ? "access_token" : "refresh_token");
        Issuer.Answer answer = issuer.post("revocation_endpoint", form);
        if (answer.status() != 200) {
            note.accept("the tokens are removed here, but not revoked: the issuer answers " + answer.status());
        }
    }

    private boolean isFresh(Login login) {
        return clock.instant().plus(REFRESH_BEFORE).isBefore(login.expiresAt());
    }

    private Login login(String issuer, String clientId, JsonNode tokens, @Nullable String refresh) {
        return new Login(
                issuer,
                clientId,
                tokens.path("access_token").asText(),
                tokens.path("refresh_token").asText(refresh),
                clock.instant().plusSeconds(tokens.path("expires_in").asLong(300)));
    }

    private static JsonNode granted(Issuer.Answer answer, String issuer) {
        if (answer.status() / 100 == 2
                && answer.body().isObject()
                && answer.error().isEmpty()) {
            return answer.body();
        }
        String why = answer.error().isEmpty() ? "status " + answer.status() : answer.error();
        String more = answer.body().path("error_description").asText("");
        throw CommandException.refused(
                "issuer " + issuer + " refuses: " + why + (more.isEmpty() ? "" : " (" + more + ")"), null);
    }

    private static void pause(long seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failed("interrupted", e);
        }
    }
}
