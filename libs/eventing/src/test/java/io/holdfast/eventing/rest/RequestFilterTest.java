package io.holdfast.eventing.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.DevStackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of every operation, over plain sockets: HTTP clients do not send every header and address as given. */
@QuarkusTest
@WithTestResource(DevStackResource.class)
class RequestFilterTest {
    @TestHTTPResource("/")
    URI server = URI.create("set:by-quarkus");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/demo?lmit=3 | did you mean \\\"limit\\\"?",
                "/demo?x=3 | known are cursor, level, limit, repeated",
                "/demo/REQUEST_CONFLICT?a=b | this operation has none",
                "/demo?limit=0 | from 1 to 200",
                "/demo?limit=201 | from 1 to 200",
                "/demo?limit=-1 | from 1 to 200",
                "/demo?limit=ten | from 1 to 200",
                "/demo?limit=99999999999 | from 1 to 200",
                "/demo?repeated=yes | true, false",
                "/demo?level=SOMETIMES | \\\"level\\\" must be one of",
                "/demo?cursor=%00 | U+0000",
                "/demo?cursor=AAAA | cursor",
                "/demo/%00 | U+0000",
            })
    void anAddressWithAnInvalidParameterIsRefused(String address, String detail) throws IOException {
        String answer = send("GET " + address, "");

        assertThat(answer).startsWith("HTTP/1.1 400").contains("REQUEST_INVALID", detail, "application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/demo", "/demo?limit=1", "/demo?limit=200", "/demo?repeated=true", "/demo?cursor=%25"})
    void aValidAddressIsNotRefusedForItsParameters(String address) throws IOException {
        assertThat(send("GET " + address, "")).doesNotContain("query parameter", "U+0000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/csv | 406",
                "application/xml, text/csv;q=0.5 | 406",
                "application/json;q=0 | 406",
                "application/json | 200",
                "text/html, */*;q=0.8 | 200",
                "application/* | 200",
            })
    void anAnswerHasAMediaTypeThatTheClientAccepts(String accept, int status) throws IOException {
        assertThat(send("GET /demo", "Accept: " + accept + "\r\n")).startsWith("HTTP/1.1 " + status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"})
    void aPostedFormIsRefusedWithAndWithoutABodyParameter(String type) throws IOException {
        for (String path : new String[] {"/demo", "/demo/x/cancellation"}) {
            String answer = send("POST " + path, "Content-Type: " + type + "\r\nContent-Length: 3\r\n", "a=b");

            assertThat(answer).startsWith("HTTP/1.1 415").contains("application/problem+json", "application/json");
        }
    }

    @Test
    void aHostOfAnotherSiteIsRefusedOnEveryPathButHealth() throws IOException {
        for (String path :
                new String[] {"/demo", "/q/metrics", "/q/openapi", "/nowhere", "/q/healthy", "/q/health/../metrics"}) {
            assertThat(request("GET " + path, "evil.example", "", ""))
                    .as(path)
                    .startsWith("HTTP/1.1 403")
                    .contains("REQUEST_FORBIDDEN", "evil.example", "rest.hosts");
        }
        assertThat(request("GET /q/health/live", "evil.example", "", "")).startsWith("HTTP/1.1 200");
    }

    @Test
    void thisMachineIsAnAllowedHostByEachOfItsNames() throws IOException {
        String own = InetAddress.getLocalHost().getHostName();
        for (String host : new String[] {"localhost", "LOCALHOST:80", "localhost.", "127.0.0.1", "[::1]:8081", own}) {
            assertThat(request("GET /demo", host, "", "")).as(host).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | Origin: https://evil.example",
                "POST | Origin: null",
                "POST | Origin: http://203.0.113.5",
                "POST | Origin: http://localhost.evil.example",
                "POST | Sec-Fetch-Site: cross-site",
                "DELETE | Origin: https://evil.example",
                "PUT | Origin: https://evil.example",
                "PATCH | Sec-Fetch-Site: Cross-Site",
            })
    void aRequestOfAnotherSitesPageIsRefusedAlsoWithoutABody(String method, String header) throws IOException {
        String answer = send(method + " /demo/x/cancellation", header + "\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 403")
                .contains("REQUEST_FORBIDDEN", "application/problem+json", "nosniff");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Origin: http://localhost:3000", "Origin: OWN", "Sec-Fetch-Site: same-origin", "X-None: none"})
    void aRequestOfThisServicesOwnPageOrOfAProgramIsTaken(String header) throws IOException {
        String own = header.replace("OWN", "http://" + server.getAuthority());

        assertThat(send("POST /demo/x/cancellation", own + "\r\n")).doesNotStartWith("HTTP/1.1 403");
    }

    @Test
    void aPageOfAnotherSiteMayAskBecauseItDoesNotSeeTheAnswer() throws IOException {
        assertThat(send("GET /demo", "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n"))
                .startsWith("HTTP/1.1 200")
                .doesNotContainIgnoringCase("access-control-allow-origin");
    }

    @ParameterizedTest
    @CsvSource({"/demo, 200", "/nowhere, 404", "/api/nowhere, 404", "/q/health/live, 200", "/q/swagger-ui/, 200"})
    void everyAnswerLimitsWhatABrowserDoesWithIt(String path, int status) throws IOException {
        String answer = send("GET " + path, "").toLowerCase(Locale.ROOT);

        assertThat(answer)
                .startsWith("http/1.1 " + status)
                .contains(
                        "x-content-type-options: nosniff",
                        "x-frame-options: deny",
                        "referrer-policy: no-referrer",
                        "frame-ancestors 'none'")
                .doesNotContain("strict-transport-security");
        assertThat(answer.contains("default-src 'none'")).isEqualTo(!path.startsWith("/q/swagger-ui"));
        assertThat(answer.contains("cache-control: no-store"))
                .isEqualTo(path.startsWith("/api/") || path.startsWith("/q/health/"));
    }

    private String send(String line, String headers) throws IOException {
        return send(line, headers, "");
    }

    private String send(String line, String headers, String body) throws IOException {
        return request(line, server.getAuthority(), headers, body);
    }

    private String request(String line, String host, String headers, String body) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            String text = line + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + headers + "\r\n" + body;
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
