package io.holdfast.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a secret is, never the secret itself: {@code { env: NAME }}, {@code { file: PATH }} or {@code { provider: NAME }}.
 * Nothing is read before {@link #resolve}, so a service needs only the secrets that it uses. Equality and text are those of
 * the reference.
 */
public final class SecretRef {
    /** The kinds of references. */
    public enum Kind {
        ENV,
        FILE,
        PROVIDER
    }

    private static final System.Logger LOG = System.getLogger(SecretRef.class.getName());
    private static final int MAX_BYTES = 1 << 16;

    private final Kind kind;
    private final String name;
    private final Environment environment;

    private SecretRef(Kind kind, String name, Environment environment) {
        this.kind = kind;
        this.name = name;
        this.environment = environment;
    }

    public static SecretRef env(String variable, Environment environment) {
        return new SecretRef(Kind.ENV, variable, environment);
    }

    public static SecretRef file(Path path) {
        return new SecretRef(Kind.FILE, path.toString(), variable -> Optional.empty());
    }

    public static SecretRef provider(String name, Environment environment) {
        return new SecretRef(Kind.PROVIDER, name, environment);
    }

    public Kind kind() {
        return kind;
    }

    /** The variable, path or provider. */
    public String name() {
        return name;
    }

    /**
     * Reads the secret, anew on each call, so that a rotated one is seen. One newline at a file's end is not part of it.
     * Logs a warning if others may read the file.
     *
     * @throws SecretUnavailableException if there is none, or it is empty
     */
    public Secret resolve() {
        String value = switch (kind) {
            case ENV -> environment.variable(name).orElseThrow(() -> gone("this environment variable is not set"));
            case FILE -> fromFile(Path.of(name));
            case PROVIDER -> environment.provided(name).orElseThrow(() -> gone("no secret provider has this name"));
        };
        if (value.isEmpty()) {
            throw gone("it is empty");
        }
        return new Secret(value);
    }

    private String fromFile(Path path) {
        exposure().ifPresent(warning -> LOG.log(System.Logger.Level.WARNING, warning));
        try (var in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw gone("the file is larger than 64 KiB, so it is hardly a secret");
            }
            return new String(bytes, StandardCharsets.UTF_8).replaceFirst("\\r?\\n\\z", "");
        } catch (NoSuchFileException e) {
            throw gone("there is no such file");
        } catch (IOException e) {
            throw gone(
                    "the file can't be read (" + e.getClass().getSimpleName() + "); is it readable for this service?");
        }
    }

    /** A warning if the secret is a file that the group or everybody may read. */
    public Optional<String> exposure() {
        if (kind != Kind.FILE) {
            return Optional.empty();
        }
        try {
            Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(Path.of(name));
            boolean group = allowed.contains(PosixFilePermission.GROUP_READ);
            boolean others = allowed.contains(PosixFilePermission.OTHERS_READ);
            return group || others
                    ? Optional.of("secret " + this + ": " + (others ? "everybody" : "its group")
                            + " may read this file;" + " chmod 600 " + name)
                    : Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty(); // not there, which resolve() tells, or a file system without such permissions
        }
    }

    private SecretUnavailableException gone(String why) {
        return new SecretUnavailableException(this, why);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SecretRef ref && ref.kind == kind && ref.name.equals(name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, name);
    }

    /** As in the file: {@code { env: NAME }}. */
    @Override
    public String toString() {
        return "{ " + kind.name().toLowerCase(Locale.ROOT) + ": " + name + " }";
    }
}
