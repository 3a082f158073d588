package io.holdfast.engine;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A password that is fetched only when a connection is made, so that a rotated one is picked up; never printed. */
public final class Password {

    private static final Password NONE = new Password(() -> null);

    private final Supplier<@Nullable String> source;

    private Password(Supplier<@Nullable String> source) {
        this.source = source;
    }

    public static Password none() {
        return NONE;
    }

    public static Password from(Supplier<@Nullable String> source) {
        return new Password(source);
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
