package io.holdfast.eventing.rest;

import io.holdfast.config.ServicesConfig;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names under which a client may address a service. A page whose own name was rebound to this machine's address sends
 * that name as {@code Host}, and is refused.
 */
final class AllowedHosts {
    /** An address needs no check: only a name can be rebound. */
    private static final Pattern ADDRESS =
            Pattern.compile("localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]|[0-9a-f:.]*:[0-9a-f:.]*");

    private final Set<String> names = new HashSet<>();

    /** Addresses, {@code localhost} and this machine's name. */
    AllowedHosts() {
        add(System.getenv("HOSTNAME"));
        try {
            add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // a machine whose name has no address is not addressed by it
        }
    }

    AllowedHosts(ServicesConfig services, Collection<String> configured) {
        this();
        Stream.of(services.backup(), services.restore(), services.verifier(), services.notifier(), services.audit())
                .map(URI::getHost)
                .forEach(this::add);
        configured.forEach(this::add);
    }

    private void add(@Nullable String name) {
        if (name != null && !name.isBlank()) {
            names.add(plain(name));
        }
    }

    /** @param host a name or an address, without a port */
    boolean allows(@Nullable String host) {
        return host != null && (ADDRESS.matcher(plain(host)).matches() || names.contains(plain(host)));
    }

    /** Whether this is a name of the platform or of this machine: a configured one, or {@code localhost}. */
    boolean allowsName(String host) {
        return plain(host).equals("localhost") || names.contains(plain(host));
    }

    private static String plain(String host) {
        String lower = host.strip().toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
