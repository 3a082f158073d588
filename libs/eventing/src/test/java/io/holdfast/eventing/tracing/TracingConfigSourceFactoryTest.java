package io.holdfast.eventing.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracingConfigSourceFactoryTest {
    @Test
    void aReceiverEnablesTraces() {
        SmallRyeConfig config = config(" https://collector.internal:4318/otlp ");

        assertThat(config.getValue("quarkus.otel.sdk.disabled", Boolean.class)).isFalse();
        assertThat(config.getValue("quarkus.otel.exporter.otlp.endpoint", String.class))
                .isEqualTo("https://collector.internal:4318/otlp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void withoutAReceiverTracesStayOff(String none) {
        assertThat(config(none).getValue("quarkus.otel.sdk.disabled", Boolean.class))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "collector:4318",
                "ftp://collector:4318",
                "http://",
                "http://a b",
                "http://user:secret@collector:4318",
                "http://collector:4318?token=secret",
            })
    void anotherValueIsRefusedWithoutRepeatingIt(String value) {
        assertThatThrownBy(() -> config(value))
                .hasMessageContaining("HOLDFAST_TRACING")
                .hasMessageContaining("http://collector:4318")
                .hasMessageNotContaining("secret");
    }

    private static SmallRyeConfig config(String receiver) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(
                        Map.of("holdfast.tracing", receiver, "quarkus.otel.sdk.disabled", "true"), "test", 100))
                .withSources(new TracingConfigSourceFactory())
                .build();
    }
}
