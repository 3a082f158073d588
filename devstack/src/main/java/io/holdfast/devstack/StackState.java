package io.holdfast.devstack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;

/** What a stack must remember on its data: ports, so that clients find it again, and passwords. Readable by its owner only. */
final class StackState {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path file;
    private final Map<StackComponent, Integer> fixed;
    private final Properties values = new Properties();

    private StackState(Path file, Map<StackComponent, Integer> fixed) {
        this.file = file;
        this.fixed = fixed;
    }

    static StackState load(Path data, Map<StackComponent, Integer> fixed) throws IOException {
        StackState state = new StackState(data.resolve("stack.properties"), fixed);
        if (Files.exists(state.file)) {
            try (InputStream in = Files.newInputStream(state.file)) {
                state.values.load(in);
            }
        }
        return state;
    }

    /** The secret of this name: made once, the same ever after. */
    synchronized String secret(String name) throws IOException {
        String known = values.getProperty("secret." + name);
        if (known != null) {
            return known;
        }
        byte[] bytes = new byte[20];
        RANDOM.nextBytes(bytes);
        String secret = HexFormat.of().formatHex(bytes);
        put("secret." + name, secret);
        return secret;
    }

    /** The port asked for, else the one this data had before if it is still free, else a free one. */
    synchronized int port(StackComponent stackComponent) throws IOException {
        Integer asked = fixed.get(stackComponent);
        return asked == null ? port(stackComponent.name()) : Ports.require(stackComponent.name(), asked);
    }

    synchronized int port(String name) throws IOException {
        int before = Integer.parseInt(values.getProperty("port." + name, "0"));
        int port = before != 0 && Ports.isFree(before) ? before : Ports.free();
        put("port." + name, Integer.toString(port));
        return port;
    }

    private void put(String key, String value) throws IOException {
        values.setProperty(key, value);
        Path draft = file.resolveSibling("stack.properties.new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream out = Files.newOutputStream(draft)) {
            values.store(out, "Written by the development stack");
        }
        Files.move(
                draft,
                file,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
