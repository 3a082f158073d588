package io.holdfast.eventing.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Starts spans below a span of another process or an earlier transaction. */
@ApplicationScoped
public class Tracing {
    private final Tracer tracer;
    private final boolean off;

    Tracing(Tracer tracer, @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean off) {
        this.tracer = tracer;
        this.off = off;
    }

    /**
     * Starts a span, which the caller ends. While tracing is off the result is the invalid span: a tracer without an SDK
     * would pass the parent on, and with it the header of a stranger.
     *
     * @param parent traceparent of the cause; null starts a new trace
     */
    public Span start(String name, SpanKind kind, @Nullable String parent) {
        return off
                ? Span.getInvalid()
                : tracer.spanBuilder(name)
                        .setSpanKind(kind)
                        .setParent(TraceParent.read(parent))
                        .startSpan();
    }
}
