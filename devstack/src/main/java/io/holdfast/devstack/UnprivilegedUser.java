package io.holdfast.devstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a PostgreSQL program is run: never as root, and on Linux so that the kernel ends it when this process dies, even
 * by kill -9.
 */
record UnprivilegedUser(boolean root, String user, boolean setpriv) {

    static UnprivilegedUser detect() throws IOException, InterruptedException {
        boolean root = "root".equals(System.getProperty("user.name"));
        boolean setpriv = SystemPrograms.onPath("setpriv");
        if (root && !setpriv) {
            throw new IOException(
                    "PostgreSQL does not run as root, and setpriv (util-linux) to change the user is missing;"
                            + " run as another user or install util-linux");
        }
        return new UnprivilegedUser(root, root ? unprivilegedUser() : System.getProperty("user.name"), setpriv);
    }

    /** The command, run so that it dies with the thread that starts it. The thread matters: the kernel ties it to that. */
    List<String> tied(List<String> command) {
        return wrapped(command, List.of("--pdeathsig", "INT"));
    }

    /** The command, run to its end. */
    List<String> once(List<String> command) {
        return wrapped(command, List.of());
    }

    /** Gives a folder to the user. */
    void give(Path folder) throws IOException {
        if (root) {
            Files.setOwner(
                    folder,
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
        }
    }

    private List<String> wrapped(List<String> command, List<String> tie) {
        List<String> wrapped = new ArrayList<>();
        if (root || (setpriv && !tie.isEmpty())) {
            wrapped.add("setpriv");
            if (root) {
                wrapped.addAll(List.of("--reuid", user, "--regid", groupOf(user), "--clear-groups"));
            }
            wrapped.addAll(tie);
            wrapped.add("--");
        }
        wrapped.addAll(command);
        return wrapped;
    }

    private static String groupOf(String user) {
        return user.equals("nobody") ? "nogroup" : user;
    }

    private static String unprivilegedUser() throws IOException {
        try (var lines = Files.lines(Path.of("/etc/passwd"))) {
            return lines.anyMatch(line -> line.startsWith("postgres:")) ? "postgres" : "nobody";
        }
    }
}
