package io.holdfast.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is, without a password: a libpq URI of one host
 * ({@code postgresql://user@host:5432/database?sslmode=verify-full}), {@code sqlite:/path/of/file.db} with
 * the characters {@code % ? #} of the path percent-encoded, or {@code d1://account-id/database-id}.
 *
 * @param text as it was written
 */
public record DatabaseUrl(String text) {
    /** The libpq parameters that a URL may have, with the values they may have; none means any. */
    static final Map<String, List<String>> PARAMETERS = parameterValues();

    private static final String SQLITE = "sqlite:";
    private static final String HOST = "(?:[^/@?#:,\\s\\[\\]]*|\\[[0-9a-fA-F:.]+\\])(?::[0-9]{1,5})?";
    private static final String OTHERS =
            "sqlite:(?:[^\\s?#%]|%[0-9a-fA-F]{2})(?:[^?#%]|%[0-9a-fA-F]{2})*|d1://[0-9A-Za-z-]+/[0-9A-Za-z-]+";
    private static final Pattern POSTGRES = Pattern.compile("(?:postgres|postgresql)://(?:(?<user>[^:/@?#\\s]+)@)?"
            + "(?<host>[^/@?#:,\\s\\[\\]]*|\\[[0-9a-fA-F:.]+\\])(?::[0-9]{1,5})?"
            + "(?:/[^?#/\\s]*)?(?:\\?(?<query>[^#\\s]*))?");
    private static final Pattern OTHER = Pattern.compile(OTHERS);
    private static final Pattern PASSWORD =
            Pattern.compile("://[^/?#]*:[^/?#]*@|[?&](password|passfile|sslpassword)=", Pattern.CASE_INSENSITIVE);

    private static final Pattern SEVERAL = Pattern.compile("^postgres(ql)?://[^/?#]*,");

    /** The same for the JSON Schema. */
    static final String PATTERN = pattern();

    private static Map<String, List<String>> parameterValues() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        values.put("sslmode", List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"));
        values.put("sslrootcert", List.of());
        values.put("sslcert", List.of());
        values.put("sslkey", List.of());
        values.put("channel_binding", List.of("disable", "prefer", "require"));
        values.put("connect_timeout", List.of());
        values.put("target_session_attrs", List.of("any", "read-write", "primary", "prefer-standby", "standby"));
        values.put("host", List.of());
        values.put("user", List.of());
        return values;
    }

    private static String pattern() {
        String parameter = PARAMETERS.entrySet().stream()
                .map(known -> known.getKey() + "="
                        + (known.getValue().isEmpty() ? "[^&#\\s]+" : "(?:" + String.join("|", known.getValue()) + ")"))
                .collect(Collectors.joining("|", "(?:", ")"));
        String named = "(?=[^/?#]*@|[^#]*[?&]user=[^&#])(?:[^:/@?#\\s]+@)?";
        return "^(?:(?:postgres|postgresql)://" + named + HOST + "(?:/[^?#/\\s]*)?(?:\\?" + parameter + "(?:&"
                + parameter + ")*)?|" + OTHERS + ")$";
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException with a message for the user that does not repeat the URL, as it may hold a password
     */
    public static DatabaseUrl parse(String text) {
        if (PASSWORD.matcher(text).find()) {
            throw new IllegalArgumentException(
                    "a URL must not hold a password, as URLs end up in logs; take it out, and"
                            + " write password: { env: NAME } or { file: PATH } next to url");
        }
        if (SEVERAL.matcher(text).find()) {
            throw new IllegalArgumentException("this URL names several hosts; name one, the server to back up");
        }
        if (text.startsWith(SQLITE)) {
            sqlitePath(text);
        }
        Matcher postgres = POSTGRES.matcher(text);
        if (!postgres.matches() && !OTHER.matcher(text).matches()) {
            throw new IllegalArgumentException("this is not the URL of a database; write for example"
                    + " postgresql://user@host:5432/database, sqlite:/path/of/file.db or d1://account-id/database-id");
        }
        if (postgres.matches()) {
            Map<String, String> parameters = parameters(postgres.group("query"));
            if (postgres.group("user") == null && !parameters.containsKey("user")) {
                throw new IllegalArgumentException(
                        "this URL names no user; write postgresql://USER@host:5432/database");
            }
        }
        return new DatabaseUrl(text);
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals < 1 || equals == pair.length() - 1) {
                    throw new IllegalArgumentException("a parameter of this URL is not name=value");
                }
                String name = decode(pair.substring(0, equals));
                parameters.put(name, checked(name, decode(pair.substring(equals + 1))));
            }
        }
        return parameters;
    }

    private static String checked(String name, String value) {
        List<String> values = PARAMETERS.get(name);
        if (values == null) {
            throw new IllegalArgumentException("the parameter \"" + name + "\" is not allowed in this URL"
                    + NameSuggestion.hint(name, PARAMETERS.keySet(), "allowed are "));
        }
        if (!values.isEmpty() && !values.contains(value)) {
            throw new IllegalArgumentException("\"" + name + "=" + value + "\" is not one of "
                    + String.join(", ", values) + NameSuggestion.hint(value, values));
        }
        return value;
    }

    private static String decode(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a percent sign in this URL is not followed by two hexadecimal digits", e);
        }
    }

    /**
     * Reads the path of a {@code sqlite:} URL, with {@code %25}, {@code %3F}, {@code %23} and other encoded bytes decoded.
     * Every other component uses the path, so that it is decoded once.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static String sqlitePath(String url) {
        String path = url.substring(SQLITE.length());
        if (path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException("the path of a sqlite: URL holds ? or #; write ? as %3F and # as %23");
        }
        String decoded;
        try {
            decoded = decode(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a percent sign in this sqlite: URL is not followed by two hexadecimal digits; write % as %25", e);
        }
        if (decoded.isBlank() || decoded.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the path of a sqlite: URL is empty or holds a zero byte");
        }
        return decoded;
    }

    /** @return the URL of a file: the reverse of {@link #sqlitePath} */
    public static String ofSqlitePath(String path) {
        return SQLITE + path.replace("%", "%25").replace("?", "%3F").replace("#", "%23");
    }

    /** {@code postgresql} (also for {@code postgres:}), {@code sqlite} or {@code d1}. */
    public String scheme() {
        String scheme = text.substring(0, text.indexOf(':'));
        return scheme.equals("postgres") ? "postgresql" : scheme;
    }

    /** The host of a PostgreSQL URL, as written; empty if it is a default. */
    String host() {
        return part("host");
    }

    /** The user of a PostgreSQL URL. */
    String user() {
        return part("user");
    }

    private String part(String name) {
        Matcher url = POSTGRES.matcher(text);
        if (!url.matches()) {
            return "";
        }
        String written = url.group(name);
        return written == null || written.isEmpty()
                ? parameters(url.group("query")).getOrDefault(name, "")
                : decode(written);
    }

    @Override
    public String toString() {
        return text;
    }
}
