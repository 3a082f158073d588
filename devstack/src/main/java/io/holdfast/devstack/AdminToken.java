package io.holdfast.devstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The token of the principal {@code admin} of a platform on this machine, in a file that only its user reads. */
public final class AdminToken {
    private static final String NAME = "admin-token";
    private static final int BYTES = 32;

    private AdminToken() {}

    /** Where the token of a platform with this folder is. */
    public static Path in(Path folder) {
        return folder.resolve(NAME);
    }

    /** Where the token of services is whose logs are in this folder. */
    static Path beside(Path logs) {
        return logs.toAbsolutePath().resolveSibling(NAME);
    }

    /** Makes the token once; it lasts as long as the file. */
    static Path create(Path file) throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) > 0) {
            return file;
        }
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        Path draft = file.resolveSibling(NAME + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, HexFormat.of().formatHex(random) + "\n", StandardOpenOption.WRITE);
        return Files.move(draft, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
