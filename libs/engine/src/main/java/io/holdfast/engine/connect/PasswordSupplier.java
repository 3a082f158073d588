package io.holdfast.engine.connect;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A password that is fetched only when a connection is made, so that a rotated one is picked up; never printed. */
public final class PasswordSupplier {

    private static final PasswordSupplier NONE = new PasswordSupplier(() -> null);

    private final Supplier<@Nullable String> source;

    private PasswordSupplier(Supplier<@Nullable String> source) {
        this.source = source;
    }

    public static PasswordSupplier none() {
        return NONE;
    }

    public static PasswordSupplier from(Supplier<@Nullable String> source) {
        return new PasswordSupplier(source);
    }

    /** The password now, or null when the connection needs none. */
    public @Nullable String reveal() {
        return source.get();
    }

    @Override
    public String toString() {
        return "***";
    }
}
