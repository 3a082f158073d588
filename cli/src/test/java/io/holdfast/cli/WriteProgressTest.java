package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.cli.terminal.ProgressLine;
import io.holdfast.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WriteProgressTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @Test
    void whatIsWrittenToAllStreamsIsShownAndNothingIsLost() throws IOException {
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        try (ProgressLine line = new CommandOutput(new Terminal(out, out, true), false).progress("vault export")) {
            WriteProgress writeProgress = new WriteProgress(line, 2_000_000L);
            try (OutputStream one = writeProgress.through(first);
                    OutputStream two = writeProgress.through(second)) {
                one.write(new byte[900_000], 100_000, 800_000);
                two.write('x');
                assertThat(shown.size()).isZero();
                two.write(new byte[700_000]);
            }
        }

        assertThat(first.size()).isEqualTo(800_000);
        assertThat(second.size()).isEqualTo(700_001);
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("vault export", " 75%", "writing  1.5 MB");
    }
}
