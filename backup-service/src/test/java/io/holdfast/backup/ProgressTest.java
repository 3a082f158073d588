package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class ProgressTest extends Service {
    @TestHTTPResource("/api/backups/")
    @SuppressWarnings("NullAway.Init")
    URI backups;

    @Test
    void progressIsToldUntilTheBackupIsDone() throws IOException, InterruptedException {
        String id = Backups.request("slow");

        List<String> events = listen(id);

        List<String> done = events.stream()
                .dropWhile(line -> !line.equals("event:done"))
                .filter(line -> line.startsWith("data:"))
                .toList();
        assertThat(done).hasSize(1);
        assertThat(data(done.getFirst()).getString("state")).isEqualTo("STORED");
        List<JsonPath> progress = events.stream()
                .takeWhile(line -> !line.equals("event:done"))
                .filter(line -> line.startsWith("data:"))
                .map(ProgressTest::data)
                .toList();
        assertThat(progress).hasSizeGreaterThan(2).allMatch(report -> id.equals(report.getString("subject")));
        assertThat(progress.stream().map(report -> report.getLong("doneBytes")))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void whoListensToAFinishedBackupHearsThatAtOnce() throws IOException, InterruptedException {
        String id = Backups.stored("shop");

        assertThat(listen(id)).filteredOn(line -> line.startsWith("event:")).containsExactly("event:done");
    }

    private List<String> listen(String id) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(backups.resolve(id + "/progress"))
                    .header("Accept", "text/event-stream")
                    .timeout(Duration.ofSeconds(60))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .toList();
        }
    }

    private static JsonPath data(String line) {
        return JsonPath.from(line.substring("data:".length()));
    }
}
