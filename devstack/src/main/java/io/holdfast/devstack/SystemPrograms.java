package io.holdfast.devstack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs of the system that processes are started with. */
final class SystemPrograms {
    private SystemPrograms() {}

    /** The same JVM as this one. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static boolean onPath(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /** A prefix that keeps a terminal's Ctrl-C from a process, so that its parent ends it in good order; maybe nothing. */
    static List<String> ownSession() {
        return onPath("setsid") ? List.of("setsid") : List.of();
    }

    /** A prefix that has the kernel signal the process when the thread that started it ends; nothing where unknown. */
    static List<String> tiedToThread(String signal) {
        return onPath("setpriv") ? List.of("setpriv", "--pdeathsig", signal, "--") : List.of();
    }

    /** Sends a signal such as {@code INT} or {@code STOP}; a process that is gone is no error. */
    static void signal(long pid, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
