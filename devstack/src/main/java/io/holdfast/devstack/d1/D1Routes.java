package io.holdfast.devstack.d1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The operations of the API and the databases that they are about. */
final class D1Routes {
    private static final Pattern PATH = Pattern.compile(
            "/client/v4/accounts/" + D1Server.ACCOUNT + "/d1/database(?:/(?<id>[0-9a-f-]+)(?<rest>/[a-z_/]+)?)?");

    private final ObjectMapper json = new ObjectMapper();
    private final Path directory;
    private final Map<String, D1Database> databases = new ConcurrentHashMap<>();
    private volatile InstantSource clock = InstantSource.system();
    private volatile int answerLimit = 10_000_000;

    D1Routes(Path directory) {
        this.directory = directory;
    }

    void limitAnswers(int bytes) {
        answerLimit = bytes;
    }

    void clock(InstantSource source) {
        clock = source;
    }

    D1Database create(String name) {
        return create(UUID.randomUUID().toString(), name);
    }

    private D1Database create(String id, String name) {
        D1Database made = new D1Database(id, name, file(id), 1);
        made.sql("CREATE TABLE _cf_KV (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID");
        databases.put(id, made);
        return made;
    }

    private Path file(String id) {
        return directory.resolve(id + ".sqlite");
    }

    boolean open(String id, String name) {
        if (!Files.exists(file(id))) {
            create(id, name);
            return false;
        }
        // bookmarks of the earlier server name nothing any more
        try (DirectoryStream<Path> past = Files.newDirectoryStream(directory, id + "@*")) {
            for (Path state : past) {
                Files.delete(state);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        databases.put(id, new D1Database(id, name, file(id), Instant.now().getEpochSecond()));
        return true;
    }

    D1Database database(String id) {
        D1Database found = databases.get(id);
        if (found == null) {
            throw new IllegalArgumentException("there is no database " + id);
        }
        return found;
    }

    List<String> ids(String name) {
        return databases.values().stream()
                .filter(database -> database.name().equals(name))
                .map(D1Database::id)
                .toList();
    }

    void remove(String id) {
        databases.remove(id);
    }

    byte[] answer(HttpExchange exchange, D1Server.Right right, JsonNode body) throws D1Refusal, IOException {
        String path = exchange.getRequestURI().getPath();
        Matcher parts = PATH.matcher(path);
        if (!parts.matches()) {
            throw D1Refusal.noRoute(path);
        }
        String operation = exchange.getRequestMethod() + " "
                + (parts.group("rest") == null ? (parts.group("id") == null ? "" : "/") : parts.group("rest"));
        if (operation.equals("POST ")) {
            writes(right);
            String name = body.path("name").asText();
            if (databases.values().stream().anyMatch(database -> database.name().equals(name))) {
                throw new D1Refusal(400, 7502, "Database with name '" + name + "' already exists");
            }
            return described(create(name));
        }
        if (operation.equals("GET ")) {
            return list(exchange.getRequestURI().getQuery());
        }
        D1Database database = databases.get(parts.group("id") == null ? "" : parts.group("id"));
        if (database == null) {
            throw new D1Refusal(404, 7404, "The database " + parts.group("id") + " could not be found");
        }
        String query = exchange.getRequestURI().getRawQuery();
        return switch (operation) {
            case "GET /" -> described(database);
            case "POST /query" -> run(database, body, false, right);
            case "POST /raw" -> run(database, body, true, right);
            case "GET /time_travel/bookmark" ->
                json.writeValueAsBytes(Map.of("bookmark", bookmark(database, parameter(query, "timestamp"))));
            case "POST /time_travel/restore" -> {
                writes(right);
                String wanted = parameter(query, "bookmark");
                String bookmark = wanted.isEmpty() ? bookmark(database, parameter(query, "timestamp")) : wanted;
                String previous = database.restore(bookmark, clock.instant());
                yield json.writeValueAsBytes(
                        Map.of("bookmark", bookmark, "previous_bookmark", previous, "message", "Database restored"));
            }
            case "DELETE /" -> {
                writes(right);
                remove(database.id());
                yield "null".getBytes(StandardCharsets.UTF_8);
            }
            default -> throw new D1Refusal(405, 7001, "Method not allowed for " + path);
        };
    }

    /** Those whose names contain the one that is asked for. */
    private byte[] list(@Nullable String query) throws IOException {
        String name = query == null ? "" : query.replaceFirst("^.*?\\bname=([^&]*).*$", "$1");
        ArrayNode all = json.createArrayNode();
        for (D1Database database : databases.values()) {
            if (database.name().contains(name)) {
                all.addObject().put("uuid", database.id()).put("name", database.name());
            }
        }
        return json.writeValueAsBytes(all);
    }

    private static void writes(D1Server.Right right) throws D1Refusal {
        if (right != D1Server.Right.WRITE) {
            throw new D1Refusal(403, 10000, "Authentication error");
        }
    }

    private byte[] run(D1Database database, JsonNode body, boolean raw, D1Server.Right right) throws D1Refusal {
        JsonNode batch =
                body.has("batch") ? body.get("batch") : json.createArrayNode().add(body);
        for (JsonNode one : batch) {
            String sql = one.path("sql").asText();
            if (right != D1Server.Right.WRITE && !sql.stripLeading().startsWith("SELECT")) {
                throw new D1Refusal(403, 10000, "Authentication error");
            }
        }
        return database.run(batch, raw, answerLimit);
    }

    private static String parameter(@Nullable String query, String name) {
        String start = name + "=";
        for (String part : query == null ? new String[0] : query.split("&")) {
            if (part.startsWith(start)) {
                return URLDecoder.decode(part.substring(start.length()), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static String bookmark(D1Database database, String timestamp) throws D1Refusal {
        if (timestamp.isEmpty()) {
            return database.bookmark();
        }
        try {
            return database.bookmark(Instant.parse(timestamp));
        } catch (DateTimeParseException e) {
            throw new D1Refusal(400, D1Refusal.FAILED, "The timestamp is no RFC 3339 time: " + timestamp);
        }
    }

    private byte[] described(D1Database database) throws IOException {
        ObjectNode described = json.createObjectNode()
                .put("uuid", database.id())
                .put("name", database.name())
                .put("version", "production")
                .put("file_size", Files.size(database.file()));
        return json.writeValueAsBytes(described);
    }
}
