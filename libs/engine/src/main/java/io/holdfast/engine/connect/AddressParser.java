package io.holdfast.engine.connect;

import io.holdfast.engine.support.NameSuggestion;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads libpq URIs, strictly: what is not understood is refused by name instead of ignored. */
final class AddressParser {

    /** Both pgjdbc and libpq understand these alike. */
    static final Set<String> ALLOWED = Set.of(
            "sslmode",
            "sslrootcert",
            "sslcert",
            "sslkey",
            "connect_timeout",
            "channel_binding",
            "target_session_attrs");

    private static final Map<String, List<String>> VALUES = Map.of(
            "sslmode", List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
            "channel_binding", List.of("disable", "prefer", "require"),
            "target_session_attrs", List.of("any", "read-write", "primary", "prefer-standby", "standby"));

    private static final Pattern BRACKETED = Pattern.compile("\\[[0-9A-Fa-f]*:[0-9A-Fa-f:.]+(%[^\\]]+)?](:.*)?");

    private AddressParser() {}

    static DatabaseAddress parse(String uri) {
        String rest = withoutScheme(uri);
        int question = rest.indexOf('?');
        Map<String, String> parameters = question < 0 ? new HashMap<>() : parameters(rest.substring(question + 1));
        rest = question < 0 ? rest : rest.substring(0, question);

        int at = rest.lastIndexOf('@');
        String user = at < 0 ? parameters.getOrDefault("user", "") : decode(checkedUser(rest.substring(0, at)));
        rest = rest.substring(at + 1);
        int slash = rest.indexOf('/');
        String database = slash < 0 ? "" : decode(rest.substring(slash + 1));
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        if (user.isEmpty()) {
            throw DatabaseAddress.invalid("the database URL names no user; write postgresql://USER@host:port/database");
        }
        if (authority.indexOf(',') >= 0) {
            throw DatabaseAddress.invalid("the database URL names several hosts; name one, the server to back up");
        }
        return address(authority, database.isEmpty() ? user : database, user, parameters);
    }

    private static DatabaseAddress address(
            String authority, String database, String user, Map<String, String> parameters) {
        boolean bracket = authority.startsWith("[");
        if (bracket ? !BRACKETED.matcher(authority).matches() : authority.indexOf(':') != authority.lastIndexOf(':')) {
            throw DatabaseAddress.invalid("an IPv6 address in the database URL is written in brackets, as in"
                    + " postgresql://user@[2001:db8::1]:5432/database");
        }
        int hostEnd = bracket ? authority.indexOf(']') + 1 : authority.indexOf(':');
        hostEnd = hostEnd < 0 ? authority.length() : hostEnd;
        String host = decode(bracket ? authority.substring(1, hostEnd - 1) : authority.substring(0, hostEnd));
        String port = hostEnd < authority.length() ? authority.substring(hostEnd + 1) : "";
        String named = parameters.remove("host");
        host = host.isEmpty() ? (named == null ? "localhost" : named) : host;
        parameters.remove("user");
        parameters.putIfAbsent("sslmode", host.startsWith("/") ? "disable" : loopback(host) ? "prefer" : "require");
        return new DatabaseAddress(host, port(port), database, user, parameters);
    }

    private static String withoutScheme(String uri) {
        for (String scheme : List.of("postgresql://", "postgres://")) {
            if (uri.startsWith(scheme)) {
                return uri.substring(scheme.length());
            }
        }
        throw DatabaseAddress.invalid("a database URL starts with postgresql:// and looks like"
                + " postgresql://user@host:5432/database?sslmode=verify-full");
    }

    private static String checkedUser(String user) {
        if (user.indexOf(':') >= 0) {
            throw DatabaseAddress.invalid("the database URL holds a password; take it out and give it as a secret"
                    + " reference next to the URL: password: { file: PATH } or { env: NAME }");
        }
        return user;
    }

    private static int port(String text) {
        if (text.isEmpty()) {
            return 5432;
        }
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below, with the range
        }
        throw DatabaseAddress.invalid("the port in the database URL must be 1 to 65535, is \"" + text + "\"");
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw DatabaseAddress.invalid("a parameter of the database URL is name=value, found a part without");
            }
            String name = decode(pair.substring(0, equals));
            parameters.put(name, checked(name, decode(pair.substring(equals + 1))));
        }
        return parameters;
    }

    private static String checked(String name, String value) {
        if (name.equals("password")) {
            checkedUser(":");
        }
        if (!ALLOWED.contains(name) && !name.equals("host") && !name.equals("user")) {
            throw DatabaseAddress.invalid("unknown parameter \"" + name + "\" in the database URL; did you mean \""
                    + NameSuggestion.of(name, ALLOWED) + "\"? Allowed: "
                    + String.join(", ", ALLOWED.stream().sorted().toList()));
        }
        List<String> values = VALUES.get(name);
        if (values != null && !values.contains(value)) {
            throw DatabaseAddress.invalid("parameter " + name + " of the database URL is one of "
                    + String.join(", ", values) + ", not \"" + value + "\"");
        }
        return value;
    }

    static boolean loopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
    }

    static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw DatabaseAddress.invalid(
                    "a percent sign in the database URL is not followed by two hexadecimal digits");
        }
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
