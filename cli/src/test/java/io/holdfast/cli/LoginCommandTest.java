package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginCommandTest {
    private static final String PENDING = "{\"error\":\"authorization_pending\"}";
    private static final String ME = "{\"name\":\"dana\",\"kind\":\"PERSON\",\"grants\":[]}";

    @TempDir
    Path config;

    @SuppressWarnings("NullAway.Init")
    private FakeServices services;

    @BeforeEach
    void start() throws IOException {
        services = new FakeServices();
        services.on("GET /api/access/login", "{\"issuer\":\"" + issuer() + "\",\"clientId\":\"holdfast\"}");
        services.on("GET /api/whoami", ME);
        services.on("GET /idp/.well-known/openid-configuration", """
                {"issuer":"%1$s","device_authorization_endpoint":"%1$s/device","token_endpoint":"%1$s/token",
                 "revocation_endpoint":"%1$s/revoke"}""".formatted(issuer()));
        services.on("POST /idp/device", """
                {"device_code":"device-1","user_code":"WDJB-MJHT","verification_uri":"https://sso.example.com/device",
                 "expires_in":600,"interval":0}""");
        services.on("POST /idp/revoke", "");
    }

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void aLoginIsUsedByLaterCommandsForTheSamePlatformOnly() throws IOException {
        tokens(400, PENDING);
        tokens("access-1", "refresh-1", 300);

        Shell.Result login = run("login");

        assertThat(login.exit()).as(login.err()).isZero();
        assertThat(login.err()).contains("https://sso.example.com/device", "WDJB-MJHT");
        assertThat(login.out() + login.err()).doesNotContain("access-1", "refresh-1", "device-1");
        assertThat(bodies("POST", "/idp/device")).containsExactly("client_id=holdfast&scope=openid+profile");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(run("whoami").exit()).isZero();
        assertThat(sentToken(services)).isEqualTo("Bearer access-1");
        try (FakeServices other = new FakeServices()) {
            other.on("GET /api/whoami", ME);
            assertThat(shell().run("whoami", "--server", other.url()).exit()).isZero();
            assertThat(sentToken(other)).isNull();
        }
        assertThat(shell().with("HOLDFAST_TOKEN", "given")
                        .run("whoami", "--server", services.url())
                        .exit())
                .isZero();
        assertThat(sentToken(services)).isEqualTo("Bearer given");
    }

    @Test
    void anExpiredLoginIsRefreshedOnce() throws IOException {
        tokens("access-1", "refresh-1", 10);
        tokens("access-2", "refresh-2", 300);
        assertThat(run("login").exit()).isZero();

        assertThat(run("whoami").exit()).isZero();
        assertThat(run("whoami").exit()).isZero();

        assertThat(sentToken(services)).isEqualTo("Bearer access-2");
        assertThat(bodies("POST", "/idp/token"))
                .hasSize(2)
                .last()
                .isEqualTo("client_id=holdfast&grant_type=refresh_token&refresh_token=refresh-1");
        assertThat(Files.readString(file())).contains("refresh-2").doesNotContain("refresh-1");
    }

    @Test
    void aLoginThatHasEndedIsNotReplacedByAnotherToken() {
        tokens("access-1", "refresh-1", 10);
        tokens(400, "{\"error\":\"invalid_grant\"}");
        assertThat(run("login").exit()).isZero();

        Shell.Result result = run("whoami");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("the login for this platform has ended; run ./holdfast login");
        assertThat(services.requests("GET", "/api/whoami")).isEmpty();
    }

    @Test
    void logoutRemovesAndRevokesTheLogin() throws IOException {
        tokens("access-1", "refresh-1", 300);
        assertThat(run("login").exit()).isZero();

        assertThat(run("logout").out()).contains("logged out");

        assertThat(bodies("POST", "/idp/revoke"))
                .containsExactly("client_id=holdfast&token=refresh-1&token_type_hint=refresh_token");
        assertThat(Files.readString(file())).isEqualTo("{}");
        assertThat(run("logout").out()).contains("there is no login");
    }

    @Test
    void aDeniedLoginStoresNothing() {
        tokens(400, "{\"error\":\"access_denied\"}");

        Shell.Result result = run("login");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("denied in the browser");
        assertThat(file()).doesNotExist();
    }

    @Test
    void tokensGoToNoIssuerWithoutTls() {
        Shell.Result result = run("login", "--issuer", "http://sso.example.com", "--client-id", "holdfast");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("https only");
    }

    @Test
    void aPlatformWithoutIdentityProviderSaysSo() throws IOException {
        try (FakeServices other = new FakeServices()) {
            other.on("GET /api/access/login", "{}");

            Shell.Result result = shell().run("login", "--server", other.url());

            assertThat(result.exit()).isEqualTo(3);
            assertThat(result.err()).contains("no identity provider");
        }
    }

    private String issuer() {
        return services.url() + "/idp";
    }

    private void tokens(String access, String refresh, int seconds) {
        tokens(200, """
                {"access_token":"%s","refresh_token":"%s","token_type":"Bearer","expires_in":%d}""".formatted(access, refresh, seconds));
    }

    private void tokens(int status, String body) {
        services.on("POST /idp/token", status, body);
    }

    private Shell shell() {
        return new Shell().with("XDG_CONFIG_HOME", config.toString());
    }

    private Shell.Result run(String... args) {
        return shell().with("HOLDFAST_URL", services.url()).run(args);
    }

    private Path file() {
        return config.resolve("holdfast").resolve("login.json");
    }

    private List<String> bodies(String method, String path) {
        return services.requests(method, path).stream()
                .map(FakeServices.Request::body)
                .toList();
    }

    private static @Nullable String sentToken(FakeServices to) {
        return to.requests("GET", "/api/whoami").getLast().headers().get("Authorization");
    }
}
