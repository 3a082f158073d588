package io.holdfast.eventing.outbound;

import io.holdfast.config.AllowedDestination;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Which connections Holdfast makes because of a configuration or a request. Pure: names are resolved by the caller. */
final class OutboundRules {
    private static final Set<String> METADATA_NAMES = Set.of(
            "metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal");

    /** AWS over IPv6, Google over IPv6, Alibaba, Oracle, Azure; the usual 169.254.169.254 is link-local. */
    private static final Set<InetAddress> METADATA_ADDRESSES = addresses(
            "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16");

    private final Collection<AllowedDestination> allowed;
    private final Map<PlatformEndpoint, List<InetAddress>> platform;
    private final Predicate<InetAddress> thisMachine;

    /**
     * @param platform with the addresses of its host; empty if the name cannot be resolved
     * @param thisMachine whether an address is one of this machine's
     */
    OutboundRules(
            Collection<AllowedDestination> allowed,
            Map<PlatformEndpoint, List<InetAddress>> platform,
            Predicate<InetAddress> thisMachine) {
        this.allowed = allowed;
        this.platform = platform;
        this.thisMachine = thisMachine;
    }

    /**
     * Returns why a connection is refused, as the end of a sentence about the address. Empty: it is permitted.
     *
     * @param host as the URL names it, without brackets
     * @param address of the host to which the connection goes
     */
    Optional<String> refusal(String host, int port, InetAddress address) {
        InetAddress target = embedded(address);
        if (allowed.stream().anyMatch(one -> one.permits(host, port, address) || one.permits(host, port, target))) {
            return Optional.empty();
        }
        if (METADATA_ADDRESSES.contains(target) || METADATA_NAMES.contains(plain(host))) {
            return Optional.of("belongs to a cloud's metadata service");
        }
        if (target.isLinkLocalAddress()) {
            return Optional.of("is a link-local address");
        }
        if (target.isMulticastAddress()) {
            return Optional.of("is a multicast address");
        }
        return platform.entrySet().stream()
                .filter(endpoint -> same(endpoint.getKey(), endpoint.getValue(), host, port, target))
                .findFirst()
                .map(endpoint ->
                        "is a port of the platform itself (" + endpoint.getKey().name() + ")");
    }

    private boolean same(
            PlatformEndpoint endpoint, List<InetAddress> addresses, String host, int port, InetAddress target) {
        return endpoint.port() == port
                && (plain(endpoint.host()).equals(plain(host))
                        || addresses.contains(target)
                        || (local(target) && addresses.stream().anyMatch(this::local)));
    }

    /** The unspecified address connects to this machine. */
    private boolean local(InetAddress address) {
        return address.isLoopbackAddress() || address.isAnyLocalAddress() || thisMachine.test(address);
    }

    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** The IPv4 address in an IPv6 one: mapped, compatible, NAT64 (RFC 6052) or 6to4 (RFC 3056). Else the address. */
    static InetAddress embedded(InetAddress address) {
        if (!(address instanceof Inet6Address) || address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return address;
        }
        byte[] bytes = address.getAddress();
        boolean mapped = zero(bytes, 0, 10) && bytes[10] == -1 && bytes[11] == -1;
        boolean nat64 = bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == (byte) 0xff && bytes[3] == (byte) 0x9b;
        if (zero(bytes, 0, 12) || mapped || nat64) {
            return ofBytes(Arrays.copyOfRange(bytes, 12, 16));
        }
        boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        return sixToFour ? ofBytes(Arrays.copyOfRange(bytes, 2, 6)) : ofBytes(bytes); // without a scope
    }

    private static boolean zero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static InetAddress ofBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    private static Set<InetAddress> addresses(String... literals) {
        return Set.copyOf(Arrays.stream(literals)
                .map(literal -> {
                    try {
                        return InetAddress.getByName(literal);
                    } catch (UnknownHostException e) {
                        throw new IllegalStateException(literal, e);
                    }
                })
                .toList());
    }
}
