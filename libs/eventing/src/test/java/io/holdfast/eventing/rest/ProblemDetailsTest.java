package io.holdfast.eventing.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.devstack.DevStackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(DevStackResource.class)
class ProblemDetailsTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TestHTTPResource("/")
    URI server = URI.create("set:by-quarkus");

    @ParameterizedTest
    @CsvSource({"SOURCE_UNKNOWN, 404", "REQUEST_CONFLICT, 409", "REQUEST_INVALID, 400", "VAULT_UNREACHABLE, 503"})
    void aFailureIsAProblem(String code, int status) throws Exception {
        HttpResponse<String> response = get("demo/" + code);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith("application/problem+json");
        JsonNode problem = new ObjectMapper().readTree(response.body());
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("object").asText()).isEqualTo("shop");
        assertThat(problem.path("detail").asText()).isEqualTo("it is so; do this");
        assertThat(problem.path("status").asInt()).isEqualTo(status);
    }

    @Test
    void aDefectTellsNothingOfItself() throws Exception {
        HttpResponse<String> response = get("demo/defect");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("INTERNAL").doesNotContain("secret");
    }

    @Test
    void aDatabaseThatRestartsIsNoDefectOfTheService() throws Exception {
        HttpResponse<String> response = get("demo/database-restarts");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).hasValue("5");
        assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith("application/problem+json");
    }

    @Test
    void anAnswerThatTakesTooLongMayBeAskedForAgain() throws Exception {
        HttpResponse<String> response = get("demo/late");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith("application/problem+json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"source\":\"p\",\"lables\":[]} | lables",
                "{} | source",
                "{\"source\":\"p\",\"kind\":\"SOMETIMES\"} | kind",
                "{\"source\": | not JSON",
                "[] | not JSON"
            })
    void aBodyThatIsWrongIsAProblemThatNamesTheField(String body, String named) throws Exception {
        HttpResponse<String> response = post(body, "k-1");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith("application/problem+json");
        assertThat(response.body()).contains("REQUEST_INVALID", named).doesNotContain("SOMETIMES");
    }

    @Test
    void aPathThatIsNotThereIsAProblem() throws Exception {
        assertThat(get("nowhere").statusCode()).isEqualTo(404);
    }

    @Test
    void theKeyOfTheClientIsKeptAndABadOneRefused() throws Exception {
        assertThat(post("{\"source\":\"p\"}", "mine").body()).isEqualTo("mine p");
        assertThat(post("{\"source\":\"p\"}", "k".repeat(201)).statusCode()).isEqualTo(400);
    }

    @Test
    void pagesFollowEachOther() throws Exception {
        JsonNode first = new ObjectMapper().readTree(get("demo").body());
        JsonNode second = new ObjectMapper()
                .readTree(get("demo?cursor=" + first.path("next").asText()).body());

        assertThat(first.path("items").toString()).isEqualTo("[0,1,2]");
        assertThat(second.path("items").toString()).isEqualTo("[3,4,5]");
        assertThat(get("demo?cursor=%C3%A4").statusCode()).isEqualTo(400);
    }

    @Test
    void probesMetricsAndApiAreThere() throws Exception {
        for (String path : new String[] {"q/health/live", "q/health/ready", "q/openapi", "q/swagger-ui/"}) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(get("q/metrics").body()).contains("holdfast_outbox_waiting", "holdfast_outbox_oldest_age_seconds");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(server.resolve(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String body, String key) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve("demo"))
                .header("content-type", "application/json")
                .header(IdempotencyKey.HEADER, key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }
}
