package io.holdfast.engine.connect;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a PostgreSQL database is: a libpq URI without its password.
 *
 * @param host a name, an address, or the directory of a unix socket (it starts with {@code /})
 * @param parameters those of {@link AddressParser#ALLOWED}; {@code sslmode} is always there
 */
public record DatabaseAddress(String host, int port, String database, String user, Map<String, String> parameters) {

    public DatabaseAddress {
        parameters = Map.copyOf(parameters);
    }

    /** Reads {@code postgresql://user@host:port/database?sslmode=…}; fails with {@code CONFIG_INVALID}. */
    public static DatabaseAddress parse(String uri) {
        return AddressParser.parse(uri);
    }

    /** A server that listens on a unix socket in {@code directory}. */
    public static DatabaseAddress socket(String directory, int port, String database, String user) {
        return new DatabaseAddress(directory, port, database, user, Map.of("sslmode", "disable"));
    }

    public boolean unixSocket() {
        return host.startsWith("/");
    }

    /** Whether the server runs on this machine. */
    public boolean local() {
        return unixSocket() || AddressParser.loopback(host);
    }

    public String sslMode() {
        return parameters.getOrDefault("sslmode", "require");
    }

    public DatabaseAddress withDatabase(String name) {
        return new DatabaseAddress(host, port, name, user, parameters);
    }

    public DatabaseAddress withUser(String name) {
        return new DatabaseAddress(host, port, database, name, parameters);
    }

    /** {@code host:port/database} for messages. */
    public String shown() {
        return bracketed() + ":" + port + "/" + database;
    }

    /** The host as URIs have it: an IPv6 address in brackets. */
    public String bracketed() {
        return host.indexOf(':') >= 0 && !unixSocket() ? "[" + host + "]" : host;
    }

    /** The URI again; it never held a password. */
    @Override
    public String toString() {
        StringBuilder uri = new StringBuilder("postgresql://")
                .append(AddressParser.encode(user))
                .append('@')
                .append(
                        bracketed().equals(host)
                                ? AddressParser.encode(host)
                                : bracketed().replace("%", "%25"))
                .append(':')
                .append(port)
                .append('/')
                .append(AddressParser.encode(database));
        char separator = '?';
        for (Map.Entry<String, String> parameter : new TreeMap<>(parameters).entrySet()) {
            uri.append(separator)
                    .append(parameter.getKey())
                    .append('=')
                    .append(AddressParser.encode(parameter.getValue()));
            separator = '&';
        }
        return uri.toString();
    }

    static HoldfastException invalid(String message) {
        return HoldfastException.of(FailureCode.CONFIG_INVALID, message);
    }
}
