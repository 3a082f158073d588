package io.holdfast.eventing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.TrustedAuthority;
import io.holdfast.devstack.DevStackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** A service whose holdfast.yaml has a certificate. */
@QuarkusTest
@WithTestResource(DevStackResource.class)
@WithTestResource(TlsFiles.class)
class TlsTest {
    @TestHTTPResource(value = "/q/health/live", tls = true)
    URI live = URI.create("set:by-quarkus");

    @Test
    void itAnswersOverHttpsToWhoeverTrustsItsAuthority() throws Exception {
        HttpResponse<String> answer = ask(trusting(), live);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
    }

    @Test
    void itsCertificateIsRefusedByWhoeverDoesNotTrustIt() {
        assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(() -> ask(HttpClient.newHttpClient(), live));
    }

    @Test
    void itDoesNotAnswerOverHttp() {
        assertThatThrownBy(() -> ask(
                        HttpClient.newHttpClient(), URI.create(live.toString().replace("https:", "http:"))))
                .isInstanceOf(IOException.class);
        assertThat(setting("quarkus.http.insecure-requests")).contains("disabled");
    }

    private static Optional<String> setting(String name) {
        return ConfigProvider.getConfig().getOptionalValue(name, String.class);
    }

    private static HttpClient trusting() throws IOException {
        String ca = setting("holdfast.test.ca").orElseThrow();
        return HttpClient.newBuilder()
                .sslContext(TrustedAuthority.context(Path.of(ca)))
                .build();
    }

    private static HttpResponse<String> ask(HttpClient client, URI url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    }
}
