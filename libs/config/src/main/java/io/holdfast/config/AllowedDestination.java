package io.holdfast.config;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A destination of {@code outbound.allow}: a host name or address, with or without a port, or a range of addresses.
 *
 * @param text as it was written
 */
public record AllowedDestination(String text) {
    private static final String IPV4 = "[0-9]{1,3}(?:\\.[0-9]{1,3}){3}";
    private static final String IPV6 = "[0-9a-fA-F]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*";
    private static final String NAME = "[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?";
    static final String PATTERN = "^(?:(?:" + IPV4 + "|" + IPV6 + ")/[0-9]{1,3}|" + IPV6 + "|(?:\\[" + IPV6 + "\\]|"
            + NAME + ")(?::[0-9]{1,5})?)$";
    private static final Pattern SHAPE = Pattern.compile(PATTERN);
    private static final Pattern RANGE = Pattern.compile("(?<network>[^/]+)/(?<bits>[0-9]{1,3})");
    private static final Pattern PLACE =
            Pattern.compile("(?:\\[(?<v6>[^]]+)]|(?<bare>" + IPV6 + ")|(?<name>[^:]+))(?::(?<port>[0-9]{1,5}))?");
    private static final Pattern LITERAL = Pattern.compile(IPV4 + "|" + IPV6);

    /**
     * Reads a destination.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static AllowedDestination parse(String text) {
        AllowedDestination destination = new AllowedDestination(text);
        if (!SHAPE.matcher(text).matches() || !destination.valid()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is no destination; write a host (status.internal), host:port (10.0.0.5:8081, [fd00::5]:8081)"
                    + " or CIDR (169.254.10.0/24)");
        }
        return destination;
    }

    private boolean valid() {
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            InetAddress network = literal(range.group("network"));
            return network != null && Integer.parseInt(range.group("bits")) <= network.getAddress().length * 8;
        }
        Matcher place = place();
        String port = place.group("port");
        boolean named =
                place.group("name") != null && !LITERAL.matcher(host(place)).matches();
        return (port == null || Integer.parseInt(port) <= 65_535) && (named || literal(host(place)) != null);
    }

    /**
     * Whether it permits a connection.
     *
     * @param host as the URL names it, without brackets
     * @param address to which the connection goes
     */
    public boolean permits(String host, int port, InetAddress address) {
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            InetAddress network = literal(range.group("network"));
            return network != null && contains(network, Integer.parseInt(range.group("bits")), address);
        }
        Matcher place = place();
        String given = place.group("port");
        if (given != null && Integer.parseInt(given) != port) {
            return false;
        }
        InetAddress literal = literal(host(place));
        return literal == null ? host(place).equals(plain(host)) : literal.equals(address);
    }

    private Matcher place() {
        Matcher place = PLACE.matcher(text);
        if (!place.matches()) {
            throw new IllegalStateException("not parsed: " + text);
        }
        return place;
    }

    private static String host(Matcher place) {
        String address = place.group("v6") != null ? place.group("v6") : place.group("bare");
        return plain(address != null ? address : place.group("name"));
    }

    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static boolean contains(InetAddress network, int bits, InetAddress address) {
        byte[] of = network.getAddress();
        byte[] candidate = address.getAddress();
        int rest = of.length * 8 - bits;
        return of.length == candidate.length
                && new BigInteger(1, of).shiftRight(rest).equals(new BigInteger(1, candidate).shiftRight(rest));
    }

    /** Asks no name server. Null if this is a name. */
    private static @Nullable InetAddress literal(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
