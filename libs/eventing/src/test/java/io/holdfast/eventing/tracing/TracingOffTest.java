package io.holdfast.eventing.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.Bus;
import io.holdfast.eventing.Tables;
import io.holdfast.eventing.inbox.InboxTableTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Without a receiver, even a request that names a trace leaves none behind. */
@QuarkusTest
@WithTestResource(DevStackResource.class)
class TracingOffTest {
    private static final String REQUESTS = "holdfast.backup.requests.v1";
    private static final String EVENTS = "holdfast.backup.events.v1";
    private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Inject
    Bus bus;

    @Inject
    Tables tables;

    @TestHTTPResource("/traced/")
    URI service = URI.create("set:by-quarkus");

    @Test
    void aTraceparentOfKafkaIsNotPassedOn() {
        String source = InboxTableTest.unique("off");
        String json =
                "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/ci\",\"type\":\"io.holdfast.BackupRequested.v1\","
                        + "\"data\":{\"source\":\"%s\"}}";

        bus.send(
                REQUESTS,
                null,
                json.formatted(source, source).getBytes(StandardCharsets.UTF_8),
                Map.of("traceparent", TRACEPARENT));

        ConsumerRecord<byte[], byte[]> accepted = bus.awaitOne(EVENTS, Bus.with("ce_correlationid", source));
        assertThat(Bus.header(accepted, "traceparent")).isEmpty();
        String subject = Bus.header(accepted, "ce_subject").orElseThrow();
        assertThat(tables.count("job where subject = ? and traceparent is null", subject))
                .isEqualTo(1);
    }

    @Test
    void aTraceparentOfRestIsNotPassedOn() throws Exception {
        String source = InboxTableTest.unique("off");
        HttpRequest post = HttpRequest.newBuilder(service.resolve(source))
                .header("Content-Type", "application/json")
                .header("traceparent", TRACEPARENT)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();

        CLIENT.send(post, HttpResponse.BodyHandlers.discarding());

        assertThat(Bus.header(bus.awaitOne(REQUESTS, Bus.with("ce_id", source)), "traceparent"))
                .isEmpty();
    }
}
