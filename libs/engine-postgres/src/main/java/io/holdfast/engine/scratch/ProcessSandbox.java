package io.holdfast.engine.scratch;

import io.holdfast.engine.postgres.tools.ChildEnvironment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The words to put before a command so that it has no network and, if we are root, another user's rights. */
final class ProcessSandbox {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessSandbox.class);

    private final List<String> prefix;
    private final @Nullable UserPrincipal user;

    private ProcessSandbox(List<String> prefix, @Nullable UserPrincipal user) {
        this.prefix = prefix;
        this.user = user;
    }

    static ProcessSandbox here() throws IOException, InterruptedException {
        boolean root = "root".equals(System.getProperty("user.name"));
        UserPrincipal user = root ? unprivileged() : null;
        List<String> network =
                root ? List.of("unshare", "--net", "--") : List.of("unshare", "--map-current-user", "--net", "--");
        List<String> prefix = new ArrayList<>();
        if (works(network)) {
            prefix.addAll(network);
        } else {
            LOG.warn("the scratch cluster keeps its network: this system does not permit network namespaces");
        }
        if (user != null) {
            prefix.addAll(becoming(user.getName()));
        }
        return new ProcessSandbox(List.copyOf(prefix), user);
    }

    private static List<String> becoming(String user) throws IOException, InterruptedException {
        List<String> setpriv = List.of(
                "setpriv", "--reuid=" + user, "--regid=" + group(user), "--clear-groups", "--no-new-privs", "--");
        if (works(setpriv)) {
            return setpriv;
        }
        List<String> runuser = List.of("runuser", "-u", user, "--");
        if (works(runuser)) {
            return runuser;
        }
        throw new IOException(
                "PostgreSQL does not run as root, and neither setpriv nor runuser can change the user; run"
                        + " Holdfast as an ordinary user");
    }

    private static String group(String user) throws IOException, InterruptedException {
        Process id = ChildEnvironment.of(new ProcessBuilder("id", "-g", user)).start();
        String group = new String(id.getInputStream().readNBytes(64), StandardCharsets.US_ASCII);
        id.waitFor();
        return group.strip();
    }

    private static UserPrincipal unprivileged() throws IOException {
        for (String name : List.of("postgres", "nobody")) {
            try {
                return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
            } catch (UserPrincipalNotFoundException e) {
                LOG.debug("there is no user {}", name);
            }
        }
        throw new IOException(
                "PostgreSQL does not run as root, and the users postgres and nobody do not exist; create the user postgres");
    }

    private static boolean works(List<String> prefix) throws InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            Process process = ChildEnvironment.of(new ProcessBuilder(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    List<String> command(List<String> words) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(words);
        return command;
    }

    /** Lets the other user write there. */
    void give(Path directory) throws IOException {
        if (user != null) {
            Files.setOwner(directory, user);
        }
    }
}
