package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({
        "500ms,PT0.5S,500ms", "30s,PT30S,30s", "90s,PT90S,1m30s", "30m,PT30M,30m", "6h,PT6H,6h", "30d,PT720H,30d",
        "2w,PT336H,14d", "1y,PT8760H,1y", "1h30m,PT1H30M,1h30m", "1d12h,PT36H,1d12h", "400d,PT9600H,400d", "0s,PT0S,0s"
    })
    void aDurationIsReadAndWritten(String text, Duration expected, String written) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
        assertThat(Durations.format(expected)).isEqualTo(written);
        assertThat(Durations.parse(written)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "6", "6 h", "h", "-6h", "+6h", "1.5h", "6H", "30m1h", "1h1h", "PT6H", "9999y", "٣h"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\" is not a duration");
    }

    @ParameterizedTest
    @CsvSource({
        "200MB,200000000,200MB", "1GiB,1073741824,1GiB", "1.5GiB,1610612736,1536MiB", "64kB,64000,64kB",
                "64KB,64000,64kB",
        "4 KiB,4096,4KiB", "0,0,0B", "7,7,7B", "12B,12,12B", "8TiB,8796093022208,8TiB"
    })
    void aSizeIsReadAndWritten(String text, long bytes, String written) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MB", "-1MB", "1.5", "0.5B", "200M", "200mb", "1EB", "999999999999999TiB", "1,5GB"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\" is not a");
    }

    @Test
    void namesAreTakenAsTheyAre() {
        assertThat(TableName.parse("public.\"T\"\"a.b\"")).hasToString("public.\"T\"\"a.b\"");
        assertThat(TableName.parse("public.\"T\"\"a.b\"").table()).isEqualTo("T\"a.b");
        assertThat(ColumnName.parse("Tickets.Client_Id").table().schema()).isEmpty();
        assertThat(ColumnName.parse("s.t.c")).isEqualTo(new ColumnName(TableName.parse("s.t"), "c"));
    }
}
