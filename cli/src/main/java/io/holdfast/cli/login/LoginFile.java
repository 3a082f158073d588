package io.holdfast.cli.login;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.holdfast.cli.local.LocalFolders;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceEndpoints;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The logins of this user, by platform, in a file that only the user reads: {@code $XDG_CONFIG_HOME/holdfast/login.json}. */
public final class LoginFile {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());

    private final Path file;

    private LoginFile(Path file) {
        this.file = file;
    }

    public static LoginFile of(Map<String, String> environment) {
        String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path base = Path.of(xdg).isAbsolute() ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".config");
        return new LoginFile(base.resolve("holdfast").resolve("login.json"));
    }

    /** The login that was made for exactly these services. */
    public Optional<Login> find(ServiceEndpoints platform) {
        return Optional.ofNullable(read().get(platform.toString())).map(this::login);
    }

    /**
     * Replaces a login. One process at a time changes the file, so that a refresh token is used once.
     *
     * @param change maps the present login, null if there is none, to the new one; null removes the login
     */
    public @Nullable Login change(ServiceEndpoints platform, UnaryOperator<@Nullable Login> change) {
        try {
            Path folder = LocalFolders.secret(file.resolveSibling(""));
            try (FileChannel channel = FileChannel.open(
                    folder.resolve("login.lock"),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    OWNER_ONLY)) {
                var unused = channel.lock(); // until the channel is closed
                ObjectNode all = read();
                JsonNode before = all.get(platform.toString());
                Login after = change.apply(before == null ? null : login(before));
                if (after == null) {
                    all.remove(platform.toString());
                } else {
                    all.set(platform.toString(), JSON.valueToTree(after));
                }
                write(all);
                return after;
            }
        } catch (IOException e) {
            throw CommandException.failed(file + " cannot be written (" + e.getMessage() + ")", e);
        }
    }

    private void write(ObjectNode all) throws IOException {
        Path next = Files.createTempFile(file.resolveSibling(""), "login", ".json", OWNER_ONLY);
        try {
            Files.write(next, JSON.writeValueAsBytes(all));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private ObjectNode read() {
        try {
            return JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode all ? all : JSON.createObjectNode();
        } catch (NoSuchFileException e) {
            return JSON.createObjectNode();
        } catch (JsonProcessingException e) {
            throw unreadable();
        } catch (IOException e) {
            throw CommandException.failed(file + " cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private Login login(JsonNode node) {
        try {
            return JSON.treeToValue(node, Login.class);
        } catch (JsonProcessingException e) {
            throw unreadable();
        }
    }

    // without the cause, which shows a part of the file
    private CommandException unreadable() {
        return CommandException.failed(file + " is damaged; delete it and run ./holdfast login");
    }
}
