package io.holdfast.cli;

import io.holdfast.cli.jobs.PollingPolicy;
import io.holdfast.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Runs the command line in this JVM and keeps what it said. */
final class Shell {
    private final Map<String, String> environment =
            new HashMap<>(Map.of("XDG_DATA_HOME", "/nonexistent", "XDG_CONFIG_HOME", "/nonexistent"));
    private boolean interactive;
    private int columns = 80;

    record Result(int exit, String out, String err) {}

    Shell with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Shell onTerminal() {
        interactive = true;
        return this;
    }

    Shell columns(int width) {
        columns = width;
        return this;
    }

    Result run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(stream(out), stream(err), interactive, columns);
        PollingPolicy quick = new PollingPolicy(Clock.systemUTC(), Duration.ofMillis(5), Duration.ofMillis(200));
        int exit = Main.run(new CliContext(terminal, environment, quick), args);
        return new Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
