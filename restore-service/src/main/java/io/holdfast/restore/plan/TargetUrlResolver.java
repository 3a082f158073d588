package io.holdfast.restore.plan;

import io.holdfast.config.DatabaseUrl;
import io.holdfast.config.EngineType;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.transfer.access.SourceConnector;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which server a URL means: one that a source lies on. A request carries no credentials, and cannot make Holdfast talk to
 * any server that holdfast.yaml does not name.
 */
final class TargetUrlResolver {
    private static final String SQLITE = "sqlite:";

    /** Not java.net.URI, which knows no host with an underscore. */
    private static final Pattern SERVER = Pattern.compile(
            "postgres(?:ql)?://(?:(?<user>[^@:/]+)@)?(?<host>\\[[^]]+]|[^@:/\\[\\]]+)(?::(?<port>\\d{1,5}))?(?:/(?<database>[^/]*))?");

    private final EngineType engine;
    private final String place;
    private final @Nullable String user;
    private final String database;

    private TargetUrlResolver(EngineType engine, String place, @Nullable String user, String database) {
        this.engine = engine;
        this.place = place;
        this.user = user;
        this.database = database;
    }

    /**
     * @param server the source whose server and credentials are used
     * @param database the new one's name there
     */
    record Place(String server, String database) {}

    /**
     * @param restored the source that is restored: of several on that server it is preferred
     * @throws HoldfastException REQUEST_INVALID, or CONFIG_INVALID if there is no such server
     */
    static Place of(String url, String restored, Map<String, SourceConfig> sources) {
        TargetUrlResolver asked = url.startsWith(SQLITE) ? file(url) : server(url);
        return new Place(asked.server(restored, new TreeMap<>(sources)), asked.database);
    }

    private static TargetUrlResolver file(String url) {
        if (url.indexOf('\0') >= 0) {
            throw invalid("holds a zero byte");
        }
        Path file;
        try {
            file = Path.of(DatabaseUrl.sqlitePath(url));
        } catch (IllegalArgumentException e) {
            throw invalid("is wrong: " + e.getMessage());
        }
        Path directory = file.normalize().getParent();
        if (!file.isAbsolute() || directory == null) {
            throw invalid("names no file; write sqlite:/path/of/file.db");
        }
        return new TargetUrlResolver(
                EngineType.SQLITE,
                directory.toString(),
                null,
                file.normalize().getFileName().toString());
    }

    private static TargetUrlResolver server(String text) {
        if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
            throw invalid("has parameters; those that holdfast.yaml has for the server are used: leave them out");
        }
        Matcher url = SERVER.matcher(text);
        if (!url.matches()) {
            throw invalid("is not that of a new database; write postgresql://user@host:5432/database");
        }
        String database = url.group("database") == null ? "" : decoded(url.group("database"));
        if (database.isEmpty()) {
            throw invalid("names no database; write postgresql://user@host:5432/database");
        }
        String host = url.group("host").replace("[", "").replace("]", "").toLowerCase(Locale.ROOT);
        String port = url.group("port") == null ? "5432" : url.group("port");
        String user = url.group("user");
        return new TargetUrlResolver(
                EngineType.POSTGRES, host + ":" + port, user == null ? null : decoded(user), database);
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("has a % that begins no encoded character");
        }
    }

    private static HoldfastException invalid(String what) {
        return HoldfastException.about("target", FailureCode.REQUEST_INVALID, "the target's URL " + what);
    }

    /** A source of this engine, where it lies, and who Holdfast is there. */
    private record Known(String source, String place, String user) {}

    private List<Known> known(Map<String, SourceConfig> sources) {
        return sources.entrySet().stream()
                .filter(source -> engine == EngineType.SQLITE
                        ? files(source).isPresent()
                        : source.getValue().engine() == engine)
                .map(source -> new Known(
                        source.getKey(),
                        files(source)
                                .map(Path::toString)
                                .orElseGet(() -> new SourceConnector(source.getKey(), source.getValue()).place()),
                        new SourceConnector(source.getKey(), source.getValue())
                                .restoring()
                                .user()))
                .toList();
    }

    private static Optional<Path> files(Map.Entry<String, SourceConfig> source) {
        return new SourceConnector(source.getKey(), source.getValue()).fileTargets();
    }

    private String server(String restored, Map<String, SourceConfig> sources) {
        List<Known> there = known(sources).stream()
                .filter(known -> engine == EngineType.SQLITE
                        ? known.place().equals(place)
                        : known.place().equalsIgnoreCase(place))
                .toList();
        List<Known> fitting = there.stream()
                .filter(known -> user == null || user.equals(known.user()))
                .toList();
        if (fitting.isEmpty()) {
            throw unknown(there.isEmpty() ? known(sources) : there, there.isEmpty());
        }
        if (fitting.stream().anyMatch(known -> known.source().equals(restored))) {
            return restored;
        }
        List<String> users = fitting.stream().map(Known::user).distinct().toList();
        if (users.size() > 1) {
            throw HoldfastException.about(
                    place,
                    FailureCode.REQUEST_INVALID,
                    "holdfast.yaml has several users for server " + place + ": " + String.join(", ", users)
                            + "; name one of them in the target's URL");
        }
        return fitting.getFirst().source();
    }

    private HoldfastException unknown(List<Known> others, boolean nobody) {
        String wanted = engine == EngineType.SQLITE ? "directory " + place : "server " + place;
        String url = engine == EngineType.SQLITE
                ? DatabaseUrl.ofSqlitePath(place + "/NAME.db")
                : "postgresql://" + (user == null ? "USER" : user) + "@" + place + "/DATABASE, and its password";
        return HoldfastException.about(
                place,
                FailureCode.CONFIG_INVALID,
                "holdfast.yaml has no source " + (nobody ? "" : "of user " + user + " ") + "on " + wanted
                        + ", and requests carry no credentials; add one below holdfast.sources (url: " + url
                        + "), or choose the place of one of: "
                        + (others.isEmpty()
                                ? "none"
                                : others.stream().map(Known::source).collect(Collectors.joining(", "))));
    }
}
