package io.holdfast.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapesTest {
    @ParameterizedTest
    @CsvSource({"0,0 B", "999,999 B", "1000,1.0 kB", "64123456,64.1 MB", "999999,1.0 MB", "120000000000,120 GB"})
    void sizes(long bytes, String shown) {
        assertThat(HumanFormat.bytes(bytes)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"420,0.42 s", "12345,12.3 s", "59940,59.9 s", "60000,1m 00s", "245000,4m 05s", "11220000,3h 07m"})
    void durations(long millis, String shown) {
        assertThat(HumanFormat.duration(Duration.ofMillis(millis))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"0,100,0 %", "3,10000,0.03 %", "1,2,50 %", "5,0,0 %"})
    void shares(long part, long whole, String shown) {
        assertThat(HumanFormat.percent(part, whole)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"0,now", "30,30 s ago", "300,5 min ago", "7200,2 h ago", "864000,10 days ago", "-5,now"})
    void ages(long seconds, String shown) {
        Instant now = Instant.parse("2026-01-15T14:30:00Z");

        assertThat(HumanFormat.ago(now.minusSeconds(seconds), now)).isEqualTo(shown);
    }

    @Test
    void columnsAreAlignedAndControlCharactersCannotBreakThem() {
        TextTable table = new TextTable("NAME", ">ROWS");
        table.row("tickets", "30,000");
        table.row("a\nb\u001b[31m", "1");

        assertThat(table.lines()).containsExactly("NAME        ROWS", "tickets   30,000", "a b [31m       1");
    }

    @Test
    void withoutATerminalAPhaseIsOneLine() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, false);

        try (ProgressLine line = new CommandOutput(terminal, false).progress("backup")) {
            line.show("reading", 1, 10L, "1 B");
            line.show("reading", 5, 10L, "5 B");
            line.show("writing", 10, 10L, "10 B");
        }

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("  backup: reading, 1 B" + System.lineSeparator() + "  backup: writing, 10 B"
                        + System.lineSeparator());
    }
}
