package io.holdfast.eventing.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.Bus;
import io.holdfast.eventing.inbox.InboxTableTest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

/** One request from REST through outbox, Kafka, inbox and job, as a receiver of traces sees it. */
@QuarkusTest
@WithTestResource(DevStackResource.class)
@WithTestResource(OtlpReceiver.class)
class TraceTest {
    private static final String EVENTS = "holdfast.backup.events.v1";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Inject
    Bus bus;

    /** Absent in the other tests, whose service has this class too. */
    @ConfigProperty(name = "holdfast.tracing")
    Optional<String> receiver;

    @TestHTTPResource("/traced/")
    URI service = URI.create("set:by-quarkus");

    @Test
    void aRequestItsMessageAndEachAttemptOfItsJobAreOneTrace() throws Exception {
        String source = InboxTableTest.unique("traced");
        CopyOnWriteArrayList<String> logged = new CopyOnWriteArrayList<>();
        Handler handler = traceIds(logged);
        Logger.getLogger(TracedService.class.getName()).addHandler(handler);

        HttpRequest post = HttpRequest.newBuilder(service.resolve(source))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(CLIENT.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);

        ConsumerRecord<byte[], byte[]> accepted = bus.awaitOne(EVENTS, Bus.with("ce_correlationid", source));
        ConsumerRecord<byte[], byte[]> done = bus.awaitOne(
                EVENTS,
                message -> Bus.with("ce_correlationid", "second").test(message)
                        && Bus.header(message, "ce_subject").equals(Bus.header(accepted, "ce_subject")));
        List<Span> spans = awaitTrace(traceId(accepted), 4);
        Span request = named("POST /traced/{source}", spans);
        Span message = named("process holdfast.backup.requests.v1", spans);
        List<Span> attempts = spans.stream()
                .filter(span -> span.getName().equals("job demo-traced"))
                .sorted(Comparator.comparingLong(Span::getStartTimeUnixNano))
                .toList();
        assertThat(request.getParentSpanId().isEmpty()).isTrue();
        assertThat(message.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(attempts).hasSize(2).allSatisfy(attempt -> {
            assertThat(attempt.getParentSpanId()).isEqualTo(message.getSpanId());
            assertThat(attribute(attempt, "holdfast.source")).isEqualTo("traced");
            assertThat(attribute(attempt, "holdfast.backup.id"))
                    .isEqualTo(Bus.header(accepted, "ce_subject").orElseThrow());
        });
        assertThat(attempts)
                .extracting(attempt -> attempt.getStatus().getCode())
                .containsExactly(Status.StatusCode.STATUS_CODE_ERROR, Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(attribute(attempts.getFirst(), "holdfast.failure")).isEqualTo("SOURCE_UNREACHABLE");
        assertThat(attribute(attempts.getLast(), "holdfast.job.attempt")).isEqualTo("2");
        assertThat(Bus.header(done, "traceparent").orElseThrow())
                .contains(traceId(accepted), hex(attempts.getLast().getSpanId().toByteArray()));
        assertThat(logged).containsExactly(traceId(accepted), traceId(accepted));
        Logger.getLogger(TracedService.class.getName()).removeHandler(handler);
    }

    private List<Span> awaitTrace(String traceId, int count) {
        return await().atMost(Bus.PATIENCE)
                .until(
                        () -> received().stream()
                                .filter(span ->
                                        hex(span.getTraceId().toByteArray()).equals(traceId))
                                .toList(),
                        spans -> spans.size() >= count);
    }

    private List<Span> received() throws InterruptedException {
        try {
            HttpRequest get = HttpRequest.newBuilder(URI.create(receiver.orElseThrow() + "/received"))
                    .build();
            byte[] all =
                    CLIENT.send(get, HttpResponse.BodyHandlers.ofByteArray()).body();
            return ExportTraceServiceRequest.parseFrom(all).getResourceSpansList().stream()
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .flatMap(scope -> scope.getSpansList().stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Collects what the JSON format of the console prints as {@code mdc.traceId}. */
    private static Handler traceIds(List<String> logged) {
        return new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (record.getMessage().equals(TracedService.LOGGED) && record instanceof ExtLogRecord line) {
                    logged.add(String.valueOf(line.getMdc("traceId")));
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    private static Span named(String name, List<Span> spans) {
        return spans.stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no span " + name + " among "
                        + spans.stream().map(Span::getName).toList()));
    }

    private static String attribute(Span span, String name) {
        return span.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals(name))
                .map(attribute -> attribute.getValue().hasStringValue()
                        ? attribute.getValue().getStringValue()
                        : Long.toString(attribute.getValue().getIntValue()))
                .findFirst()
                .orElse("");
    }

    private static String traceId(ConsumerRecord<byte[], byte[]> message) {
        return Bus.header(message, "traceparent").orElseThrow().split("-", -1)[1];
    }

    private static String hex(byte[] id) {
        return HexFormat.of().formatHex(id);
    }
}
