package io.holdfast.eventing.caller;

import io.holdfast.access.Permission;
import io.holdfast.access.Principal;
import io.holdfast.access.VisibleSources;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the principal of one request may do. The filter has checked the operation's permission; scopes are checked here. */
public final class Access {
    private final Principal principal;
    private final Function<Permission, VisibleSources> sources;
    private volatile @Nullable String about;
    private volatile boolean refused;

    private Access(Principal principal, Function<Permission, VisibleSources> sources) {
        this.principal = principal;
        this.sources = sources;
    }

    public static Access of(Principal principal, Optional<HoldfastConfig> config) {
        return new Access(
                principal,
                permission -> config.map(known -> principal.sources(permission, known))
                        .orElseGet(() -> principal.namedSources(permission)));
    }

    public Principal principal() {
        return principal;
    }

    /** The principal's name, for records. */
    public String name() {
        return principal.name();
    }

    /** The sources on which the principal has the permission. */
    public VisibleSources sources(Permission permission) {
        return sources.apply(permission);
    }

    /** The sources that the principal may see. */
    public VisibleSources visible() {
        return sources(Permission.VIEW);
    }

    /**
     * Refuses an operation on a source that the principal may not see as if the source did not exist.
     *
     * @param unknown the failure for an object that does not exist
     */
    public void requireVisible(String source, Supplier<HoldfastException> unknown) {
        about = source;
        if (!visible().contains(source)) {
            refused = true;
            throw unknown.get();
        }
    }

    /**
     * Requires a permission on a source.
     *
     * @param unknown the failure for an object that does not exist; thrown if the principal may not even see the source
     * @throws HoldfastException REQUEST_FORBIDDEN if it sees the source and has not the permission
     */
    public void require(Permission permission, String source, Supplier<HoldfastException> unknown) {
        requireVisible(source, unknown);
        if (!sources(permission).contains(source)) {
            throw HoldfastException.about(
                    source,
                    FailureCode.REQUEST_FORBIDDEN,
                    principal.name() + " may not " + permission.label() + " source \"" + source + "\"");
        }
    }

    /** As above, for an operation that names the source. */
    public void require(Permission permission, String source) {
        require(permission, source, () -> unknown(source));
    }

    /** As {@link #requireVisible(String, Supplier)}, for an operation that names the source. */
    public void requireVisible(String source) {
        requireVisible(source, () -> unknown(source));
    }

    /** Requires a permission on all sources, for an operation on the whole platform. */
    public void requireAll(Permission permission) {
        if (!sources(permission).all()) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_FORBIDDEN,
                    principal.name() + " may " + permission.label()
                            + " on some sources only, and this operation is about all of them");
        }
    }

    private static HoldfastException unknown(String source) {
        return HoldfastException.about(source, FailureCode.SOURCE_UNKNOWN, "source \"" + source + "\" is unknown");
    }

    /** Whether the operation named a source that is hidden from the principal; the answer is that of an unknown one. */
    public boolean isRefused() {
        return refused;
    }

    /** The source that the operation turned out to be about. */
    public @Nullable String about() {
        return about;
    }
}
