package io.holdfast.eventing.outbound;

import io.holdfast.config.AllowedDestination;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks a destination before each connection: link-local addresses, metadata services of clouds and the platform's own
 * ports are refused unless {@code outbound.allow} permits them. Thread-safe; resolves names and so may block.
 */
public final class OutboundPolicy {
    /** Returns all addresses of a host; at least one. */
    @FunctionalInterface
    public interface Resolver {
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    private final Resolver resolver;
    private final Supplier<Collection<AllowedDestination>> allowed;
    private final Supplier<List<PlatformEndpoint>> platform;
    private final @Nullable PlatformDatabase database;

    OutboundPolicy(
            Resolver resolver,
            Supplier<Collection<AllowedDestination>> allowed,
            Supplier<List<PlatformEndpoint>> platform,
            @Nullable PlatformDatabase database) {
        this.resolver = resolver;
        this.allowed = allowed;
        this.platform = platform;
        this.database = database;
    }

    /** The database in which this service keeps its state. */
    record PlatformDatabase(PlatformEndpoint server, String name) {}

    /** A policy of a process that is not a service, such as a test: the platform has no ports, and nothing is allowed. */
    public static OutboundPolicy standalone(Resolver resolver) {
        return new OutboundPolicy(resolver, List::of, List::of, null);
    }

    /** The resolver of the JVM. */
    public static List<InetAddress> systemResolver(String host) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(host));
    }

    /**
     * Checks the destination of a request and returns its addresses. Connect to one of these: the name may have another
     * address a moment later.
     *
     * @throws UnknownHostException if the name has no address
     * @throws HoldfastException REQUEST_FORBIDDEN if an address of the host is refused
     */
    public List<InetAddress> check(String host, int port) throws UnknownHostException {
        Map<PlatformEndpoint, List<InetAddress>> ports = platformPorts();
        if (database != null) {
            ports.put(database.server(), addresses(database.server().host()));
        }
        return check(host, port, ports);
    }

    /**
     * Checks a database server to which a restore connects. Other databases on the server of the platform's database are
     * permitted. A name without an address is permitted, because the connection fails anyway.
     *
     * @param live the database that the restore changes, if it changes one; it must not be the platform's
     * @throws HoldfastException REQUEST_FORBIDDEN if the server or the database is refused
     */
    public void checkDatabase(String host, int port, @Nullable String live) {
        Map<PlatformEndpoint, List<InetAddress>> ports = platformPorts();
        if (database != null && database.name().equals(live)) {
            ports.put(database.server(), addresses(database.server().host()));
        }
        try {
            check(host, port, ports);
        } catch (UnknownHostException e) {
            // its connection says so
        }
    }

    private List<InetAddress> check(String host, int port, Map<PlatformEndpoint, List<InetAddress>> ports)
            throws UnknownHostException {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        OutboundRules rules = new OutboundRules(allowed.get(), ports, OutboundPolicy::ofThisMachine);
        List<InetAddress> addresses = resolver.resolve(name);
        for (InetAddress address : addresses) {
            Optional<String> refusal = rules.refusal(name, port, address);
            if (refusal.isPresent()) {
                String place = address.getHostAddress() + " port " + port;
                throw HoldfastException.about(
                        place,
                        FailureCode.REQUEST_FORBIDDEN,
                        "address " + place + " " + refusal.get()
                                + " and is not called; if it has to be, add it to outbound.allow of holdfast.yaml");
            }
        }
        return addresses;
    }

    private Map<PlatformEndpoint, List<InetAddress>> platformPorts() {
        Map<PlatformEndpoint, List<InetAddress>> ports = new HashMap<>();
        platform.get().forEach(endpoint -> ports.put(endpoint, addresses(endpoint.host())));
        return ports;
    }

    private List<InetAddress> addresses(String host) {
        try {
            return resolver.resolve(host);
        } catch (UnknownHostException e) {
            return List.of(); // then it is compared by its name
        }
    }

    private static boolean ofThisMachine(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
