package io.holdfast.cli;

import io.holdfast.cli.jobs.PollingPolicy;
import io.holdfast.cli.terminal.Terminal;
import java.util.Map;

/** What commands take from the process they run in. */
record CliContext(Terminal terminal, Map<String, String> environment, PollingPolicy pace) {

    static CliContext system() {
        Map<String, String> environment = System.getenv();
        return new CliContext(Terminal.system(environment), environment, PollingPolicy.USUAL);
    }

    /** Empty if it is not set or blank. */
    String variable(String name) {
        return environment.getOrDefault(name, "").strip();
    }

    boolean debug() {
        return variable("HOLDFAST_DEBUG").equals("1");
    }
}
