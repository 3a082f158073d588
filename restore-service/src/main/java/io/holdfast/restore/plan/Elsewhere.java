package io.holdfast.restore.plan;

import io.holdfast.config.Engine;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.DatabaseAddress;
import io.holdfast.transfer.SourceAccess;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which server a URL means: one that a source lies on. A request carries no credentials, and cannot make Holdfast talk to
 * any server that holdfast.yaml does not name.
 */
final class Elsewhere {
    private static final String SQLITE = "sqlite:";

    private final Engine engine;
    private final String place;
    private final @Nullable String user;
    private final String database;

    private Elsewhere(Engine engine, String place, @Nullable String user, String database) {
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
     * @throws Failure REQUEST_INVALID, or CONFIG_INVALID if there is no such server
     */
    static Place of(String url, String restored, Map<String, SourceConfig> sources) {
        Elsewhere asked = url.startsWith(SQLITE) ? file(url) : server(url);
        return new Place(asked.server(restored, new TreeMap<>(sources)), asked.database);
    }

    private static Elsewhere file(String url) {
        if (url.indexOf('\0') >= 0) {
            throw invalid(url, "holds a zero byte");
        }
        Path file = Path.of(url.substring(SQLITE.length()));
        Path directory = file.normalize().getParent();
        if (!file.isAbsolute() || directory == null) {
            throw invalid(url, "names no file; write sqlite:/path/of/file.db");
        }
        return new Elsewhere(
                Engine.SQLITE,
                directory.toString(),
                null,
                file.normalize().getFileName().toString());
    }

    private static Elsewhere server(String text) {
        URI url = parsed(text);
        if (!List.of("postgresql", "postgres").contains(String.valueOf(url.getScheme())) || url.getHost() == null) {
            throw invalid(text, "is not that of a new database; write postgresql://user@host:5432/database");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw invalid(text, "has parameters; those that holdfast.yaml has for the server are used: leave them out");
        }
        String database = url.getPath().isEmpty() ? "" : url.getPath().substring(1);
        if (database.isEmpty()) {
            throw invalid(text, "names no database; write postgresql://user@host:5432/database");
        }
        String host = url.getHost().replace("[", "").replace("]", "").toLowerCase(Locale.ROOT);
        return new Elsewhere(
                Engine.POSTGRES, host + ":" + (url.getPort() < 0 ? 5432 : url.getPort()), url.getUserInfo(), database);
    }

    private static URI parsed(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw invalid(text, "cannot be read (" + e.getReason() + "); write postgresql://user@host:5432/database");
        }
    }

    private static Failure invalid(String url, String what) {
        return Failure.about(url, FailureCode.REQUEST_INVALID, "the target's URL " + what);
    }

    /** A source of this engine, where it lies, and who Holdfast is there. */
    private record Known(String source, String place, String user) {
        @Override
        public String toString() {
            return source + " (" + (user.isEmpty() ? "" : user + "@") + place + ")";
        }
    }

    private List<Known> known(Map<String, SourceConfig> sources) {
        return sources.entrySet().stream()
                .filter(source -> source.getValue().engine() == engine)
                .map(source -> new Known(
                        source.getKey(),
                        new SourceAccess(source.getKey(), source.getValue()).place(),
                        engine == Engine.POSTGRES
                                ? DatabaseAddress.parse(source.getValue().url().text())
                                        .user()
                                : ""))
                .toList();
    }

    private String server(String restored, Map<String, SourceConfig> sources) {
        List<Known> there = known(sources).stream()
                .filter(known -> known.place().equalsIgnoreCase(place))
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
            throw Failure.about(
                    place,
                    FailureCode.REQUEST_INVALID,
                    "holdfast.yaml has several users for server " + place + ": " + String.join(", ", users)
                            + "; name one of them in the target's URL");
        }
        return fitting.getFirst().source();
    }

    private Failure unknown(List<Known> others, boolean nobody) {
        String wanted = engine == Engine.SQLITE ? "directory " + place : "server " + place;
        String url = engine == Engine.SQLITE
                ? SQLITE + place + "/NAME.db"
                : "postgresql://" + (user == null ? "USER" : user) + "@" + place + "/DATABASE, and its password";
        return Failure.about(
                place,
                FailureCode.CONFIG_INVALID,
                "holdfast.yaml has no source " + (nobody ? "" : "of user " + user + " ") + "on " + wanted
                        + ", and requests carry no credentials; add one below holdfast.sources (url: " + url
                        + "), or choose the place of one of: "
                        + (others.isEmpty()
                                ? "none"
                                : others.stream().map(Known::toString).collect(Collectors.joining(", "))));
    }
}
