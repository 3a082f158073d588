package io.holdfast.eventing.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEObjectType;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.DemoConfig;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.Test;

/** Tokens of an issuer that is not ours, through HTTP. */
@QuarkusTest
@WithTestResource(DevStackResource.class)
class PersonTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TestHTTPResource("/")
    URI server = URI.create("set:by-quarkus");

    @Inject
    DemoConfig config;

    @Test
    void aTokenOfTheIssuerIdentifiesAPersonWithRolesFromAClaimPath() throws Exception {
        HttpResponse<String> response = get("api/whoami", token("holdfast", "production"));

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode person = new ObjectMapper().readTree(response.body());
        assertThat(person.path("name").asText()).isEqualTo("dana");
        assertThat(person.path("kind").asText()).isEqualTo("PERSON");
        assertThat(person.at("/grants/0/roles/0").asText()).isEqualTo("restorer");
        assertThat(person.at("/grants/0/sources/0").asText()).isEqualTo("portal");
        for (String page : List.of("q/metrics", "q/metrics/prometheus")) { // they name every source
            assertThat(get(page, token("holdfast", "production")).statusCode())
                    .as(page)
                    .isEqualTo(403);
        }
    }

    @Test
    void otherTokensAreRefusedWithTheReason() throws Exception {
        HttpResponse<String> audience = get("api/whoami", token("other", "production"));
        HttpResponse<String> tenant = get("api/whoami", token("holdfast", "staging"));

        assertThat(audience.statusCode()).isEqualTo(401);
        assertThat(audience.headers().firstValue("www-authenticate")).isPresent();
        assertThat(audience.body()).contains("the token is for another audience");
        assertThat(tenant.statusCode()).isEqualTo(401);
        assertThat(tenant.body()).contains("claim tenant");
        assertThat(get("q/metrics", token("holdfast", "staging")).statusCode()).isEqualTo(401);
    }

    @Test
    void anUnreachableIssuerIsAnOutageForPersonsOnly() throws Exception {
        String known = config.issuer.issuerUrl("company").toString();
        config.useIssuer("http://127.0.0.1:1/company");
        try {
            for (String path : List.of("api/whoami", "q/metrics")) {
                HttpResponse<String> response = get(path, token("holdfast", "production"));
                assertThat(response.statusCode()).as(path).isEqualTo(503);
                assertThat(response.headers().allValues("retry-after")).containsExactly("5");
                assertThat(response.body()).contains("identity provider").doesNotContain("REQUEST_FORBIDDEN");
                assertThat(get(path, DemoConfig.CI_TOKEN).statusCode()).as(path).isEqualTo(200);
            }
        } finally {
            config.useIssuer(known);
        }
        assertThat(get("api/whoami", token("holdfast", "production")).statusCode())
                .isEqualTo(200);
    }

    private String token(String audience, String tenant) {
        return config.issuer
                .issueToken(
                        "company",
                        "holdfast",
                        new DefaultOAuth2TokenCallback(
                                "company",
                                "subject-1",
                                JOSEObjectType.JWT.getType(),
                                List.of(audience),
                                Map.of(
                                        "preferred_username",
                                        "dana",
                                        "tenant",
                                        tenant,
                                        "realm_access",
                                        Map.of("roles", List.of("dba", "unmapped"))),
                                300))
                .serialize();
    }

    private HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }
}
