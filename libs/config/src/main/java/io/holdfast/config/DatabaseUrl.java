package io.holdfast.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a database is, without a password: a libpq URI ({@code postgresql://user@host:5432/database?sslmode=verify-full},
 * several hosts with commas), {@code sqlite:/path/of/file.db}, or {@code d1://account-id/database-id}.
 *
 * @param text as it was written
 */
public record DatabaseUrl(String text) {
    /** The libpq parameters that a URL may have. */
    public static final List<String> PARAMETERS = List.of(
            "application_name",
            "channel_binding",
            "connect_timeout",
            "keepalives",
            "options",
            "sslcert",
            "sslkey",
            "sslmode",
            "sslrootcert",
            "target_session_attrs");

    private static final List<String> SSL_MODES =
            List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    private static final String HOSTS = "(?:[^/@?#:,\\s]*|\\[[0-9a-fA-F:.]+\\])(?::[0-9]{1,5})?";
    private static final String POSTGRES = "(?:postgres|postgresql)://(?:[^:/@?#\\s]*@)?(" + HOSTS + "(?:," + HOSTS
            + ")*)(?:/([^?#/\\s]*))?(?:\\?([^#\\s]*))?";
    private static final String PARAMETER = "(?:" + String.join("|", PARAMETERS) + ")=[^&#\\s]*";
    private static final String OTHERS = "sqlite:[^\\s?#][^?#]*|d1://[0-9A-Za-z-]+/[0-9A-Za-z-]+";
    private static final Pattern SHAPE = Pattern.compile("(?:" + POSTGRES + ")|" + OTHERS);
    private static final Pattern PASSWORD =
            Pattern.compile("://[^/?#]*:[^/?#]*@|[?&](password|passfile|sslpassword)=", Pattern.CASE_INSENSITIVE);
    private static final Pattern LOOPBACK =
            Pattern.compile("(?:localhost|127\\.[0-9.]+|\\[::1\\]|)(?::[0-9]+)?", Pattern.CASE_INSENSITIVE);

    static final String PATTERN =
            "^(?:" + POSTGRES.replace("([^#\\s]*))?", PARAMETER + "(?:&" + PARAMETER + ")*)?") + "|" + OTHERS + ")$";

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException with a message for the user that does not repeat the URL, as it may hold a password
     */
    public static DatabaseUrl parse(String text) {
        if (PASSWORD.matcher(text).find()) {
            throw new IllegalArgumentException(
                    "a URL must not hold a password, as URLs end up in logs; take it out, and"
                            + " write password: { env: NAME } or { file: PATH } beside url");
        }
        if (!SHAPE.matcher(text).matches()) {
            throw new IllegalArgumentException("this is not the URL of a database; write for example"
                    + " postgresql://user@host:5432/database, sqlite:/path/of/file.db or d1://account-id/database-id");
        }
        DatabaseUrl url = new DatabaseUrl(text);
        url.parameters().forEach(DatabaseUrl::check);
        return url;
    }

    private static void check(String name, String value) {
        if (!PARAMETERS.contains(name)) {
            throw new IllegalArgumentException("the parameter \"" + name + "\" is not allowed in this URL"
                    + DidYouMean.hint(name, PARAMETERS, "allowed are "));
        }
        if (name.equals("sslmode") && !SSL_MODES.contains(value)) {
            throw new IllegalArgumentException(
                    "sslmode=" + value + " is unknown" + DidYouMean.hint(value, SSL_MODES, "it is one of "));
        }
    }

    /** {@code postgresql} (also for {@code postgres:}), {@code sqlite} or {@code d1}. */
    public String scheme() {
        String scheme = text.substring(0, text.indexOf(':'));
        return scheme.equals("postgres") ? "postgresql" : scheme;
    }

    /** The parameters after the question mark, decoded, in their order. */
    public Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        postgres(3).ifPresent(query -> {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                parameters.put(
                        decode(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        });
        return parameters;
    }

    /** The URL with {@code sslmode=require} added where a PostgreSQL server is not on this machine and no mode is given. */
    public DatabaseUrl withDefaultSslMode() {
        boolean local = postgres(1)
                .map(hosts -> List.of(hosts.split(",", -1)).stream()
                        .allMatch(host -> LOOPBACK.matcher(host).matches()))
                .orElse(true);
        if (local || parameters().containsKey("sslmode")) {
            return this;
        }
        return new DatabaseUrl(text + (text.contains("?") ? text.endsWith("?") ? "" : "&" : "?") + "sslmode=require");
    }

    private Optional<String> postgres(int group) {
        Matcher matcher = SHAPE.matcher(text);
        return matcher.matches() ? Optional.ofNullable(matcher.group(group)) : Optional.empty();
    }

    private static String decode(String part) {
        return URLDecoder.decode(part, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return text;
    }
}
