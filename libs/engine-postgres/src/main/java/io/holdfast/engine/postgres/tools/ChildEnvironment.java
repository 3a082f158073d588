package io.holdfast.engine.postgres.tools;

import java.util.Map;
import java.util.Set;

/**
 * The environment of programs that Holdfast starts: what finds programs, libraries and files, and nothing else. The
 * service's own variables may be secrets.
 */
public final class ChildEnvironment {
    private static final Set<String> KEPT =
            Set.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH");

    private ChildEnvironment() {}

    /** The same builder, with an environment of kept variables alone. */
    public static ProcessBuilder of(ProcessBuilder builder) {
        reduce(builder.environment());
        return builder;
    }

    static void reduce(Map<String, String> environment) {
        environment.keySet().retainAll(KEPT);
    }
}
