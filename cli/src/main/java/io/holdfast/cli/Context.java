package io.holdfast.cli;

import io.holdfast.cli.jobs.Pace;
import io.holdfast.cli.terminal.Terminal;
import java.util.Map;

/** What commands take from the process they run in. */
record Context(Terminal terminal, Map<String, String> environment, Pace pace) {

    static Context system() {
        Map<String, String> environment = System.getenv();
        return new Context(Terminal.system(environment), environment, Pace.USUAL);
    }

    /** Empty if it is not set or blank. */
    String variable(String name) {
        return environment.getOrDefault(name, "").strip();
    }

    boolean debug() {
        return variable("HOLDFAST_DEBUG").equals("1");
    }
}
