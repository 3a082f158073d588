package io.holdfast.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
    void aTableThatIsTooWideLosesItsOptionalColumnsAndIsCut() {
        TextTable table = new TextTable("ID", "~SOURCE", "?>ROWS", "?>BYTES");
        table.row("0197", "customer-portal-production", "1,000", "64.1 MB");

        assertThat(table.lines(60).get(1)).isEqualTo("0197  customer-portal-production  1,000  64.1 MB");
        assertThat(table.lines(40).get(1)).isEqualTo("0197  customer-portal-p…  1,000  64.1 MB");
        assertThat(table.lines(30).get(1)).isEqualTo("0197  customer-portal-…  1,000");
        assertThat(table.lines(20).get(1)).isEqualTo("0197  customer-port…");
    }

    @Test
    void idsDifferInTablesAndOtherTextsStay() {
        String first = "0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77";
        String later = "0197f0c4-6b00-7b1c-9d55-0b6d4d2f1a77";
        String twin = "0197f0c4-6a2e-7b1c-8d55-0b6d4d2f1a77";

        assertThat(ShortIds.of(List.of(first, later, first, "portal")).apply(first))
                .isEqualTo("0197f0c4-6a2e");
        assertThat(ShortIds.of(List.of(first, twin)).apply(twin)).isEqualTo("0197f0c4-6a2e-7b1c-8");
        assertThat(ShortIds.of(List.of(first)).apply("topic/0/4711")).isEqualTo("topic/0/4711");
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

    /** A longer line wraps, and drawing over it leaves its first part on the screen. */
    @ParameterizedTest
    @CsvSource({"80", "60", "40", "200"})
    void theBarFitsIntoTheTerminal(int columns) {
        String bar = bar(columns, "backup of customer-portal-production", 70_000_000, 64_000_000L);

        assertThat(bar.length()).isLessThan(columns);
        assertThat(bar).contains("backup of customer-portal");
    }

    @Test
    void aBarOf80ColumnsShowsItsAmountsAndTime() {
        assertThat(bar(80, "backup of portal", 39_200_000, 64_100_000L))
                .contains("61%", "39.2 MB of 64.1 MB, 181,204 rows")
                .matches("(?s).* s");
    }

    @Test
    void progressIsNeverMoreThanAllOfIt() {
        assertThat(bar(120, "backup of portal", 70_000_000, 64_000_000L))
                .contains("100%", "70.0 MB, 181,204 rows")
                .doesNotContain("of 64.0 MB");
    }

    @ParameterizedTest
    @CsvSource({"132,132", "'',80", "none,80", "0,80", "5,20", "99999999999,80"})
    void theWidthComesFromTheEnvironment(String variable, int columns) {
        assertThat(Terminal.columns(Map.of("COLUMNS", variable))).isEqualTo(columns);
    }

    private static String bar(int columns, String what, long done, Long total) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, true, columns);
        new CommandOutput(terminal, false)
                .progress(what)
                .show("reading", done, total, HumanFormat.amounts(done, total, 181_204));
        return out.toString(StandardCharsets.UTF_8).replace("\r\u001b[K", "");
    }
}
