package io.holdfast.neon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.pointintime.PointInTimeCopies;
import io.holdfast.engine.pointintime.PointInTimeCopy;
import io.holdfast.engine.pointintime.PointInTimeWindow;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Branches of a Neon project as databases of an instant. A branch costs storage only for what changes in it; its compute suspends
 * itself. The branch has the name {@code holdfast-OWNER-RESTORE} and an expiry.
 */
public final class NeonBranches implements PointInTimeCopies {
    private static final int TRIES = 3;
    private static final Duration POLL = Duration.ofSeconds(1);

    /** Limit of the wait for a branch: Neon creates a branch in seconds, and starts a compute in less than a second. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** By so much Neon may round the instant. */
    private static final Duration ROUNDED = Duration.ofSeconds(1);

    private static final int SUSPEND_SECONDS = 300;
    private static final String POOLER = "-pooler";

    private final NeonSettings settings;
    private final NeonClient client;
    private final InstantSource clock;

    /** @param key of Neon's API; it is asked for before each request */
    public NeonBranches(NeonSettings settings, PasswordSupplier key, InstantSource clock) {
        this(settings, key, clock, time -> Thread.sleep(time));
    }

    NeonBranches(NeonSettings settings, PasswordSupplier key, InstantSource clock, NeonClient.Pause pause) {
        this.settings = settings;
        this.client = new NeonClient(settings, key, pause);
        this.clock = clock;
    }

    @Override
    public String provider() {
        return "neon";
    }

    @Override
    public String label(UUID restore) {
        return "branch " + name(restore);
    }

    private String name(UUID restore) {
        return settings.prefix() + restore;
    }

    @Override
    public List<String> plan(UUID restore, Instant at, Duration lifetime) {
        PointInTimeWindow window = covering(at);
        return List.of(
                label(restore) + " of Neon project " + settings.project() + ", "
                        + settings.branch().map(parent -> "branch " + parent).orElse("default branch")
                        + ", is made with the state of " + at + "; the project keeps the instants from " + window.from()
                        + " to " + window.to(),
                "Neon bills the compute of the branch while the database is read from it; the branch is deleted after"
                        + " that, and by Neon " + lifetime.toHours() + " hours after it was made at the latest");
    }

    @Override
    public PointInTimeWindow window() {
        JsonNode project = client.get("").path("project");
        Instant now = clock.instant();
        Instant kept =
                now.minusSeconds(project.path("history_retention_seconds").asLong());
        Instant created = instant(project.path("created_at"));
        return new PointInTimeWindow(created != null && created.isAfter(kept) ? created : kept, now);
    }

    @Override
    public PointInTimeCopy copy(UUID restore, Instant at, Instant expires, Runnable held) {
        String name = name(restore);
        Instant wanted = at.truncatedTo(ChronoUnit.MICROS);
        JsonNode branch = find(name).orElse(null);
        if (branch == null) {
            var unused = covering(wanted);
            held.run();
            branch = create(name, wanted, expires, held);
        }
        String id = branch.path("id").asText();
        String compute = awaitReady(id);
        Instant reached = instant(client.get("/branches/" + id).path("branch").path("parent_timestamp"));
        if (reached == null || reached.isAfter(wanted) || reached.plus(ROUNDED).isBefore(wanted)) {
            delete(restore);
            throw HoldfastException.of(
                    FailureCode.POINT_NOT_REACHED,
                    client.shown() + ": branch " + name + " has the state of "
                            + (reached == null ? "an unknown instant" : reached) + ", and not that of " + wanted);
        }
        return connected(name, id, compute, reached);
    }

    private PointInTimeWindow covering(Instant at) {
        PointInTimeWindow window = window();
        if (!window.covers(at)) {
            throw HoldfastException.about(
                    settings.project(),
                    FailureCode.POINT_NOT_COVERED,
                    client.shown() + " keeps the instants from " + window.from() + " to " + window.to() + ", and not "
                            + at
                            + "; choose one of them, lengthen the project's history (history_retention_seconds), or"
                            + " restore a backup");
        }
        return window;
    }

    /** An answer that is lost leaves a branch, which is found by its name. */
    private JsonNode create(String name, Instant at, Instant expires, Runnable held) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode branch = body.putObject("branch");
        branch.put("name", name).put("parent_timestamp", at.toString());
        branch.put("expires_at", expires.truncatedTo(ChronoUnit.SECONDS).toString());
        settings.branch().ifPresent(parent -> branch.put("parent_id", parent));
        body.putArray("endpoints")
                .addObject()
                .put("type", "read_write")
                .put("suspend_timeout_seconds", SUSPEND_SECONDS);
        for (int tried = 1; ; tried++) {
            NeonClient.Answer answer = client.send("POST", "/branches", body);
            if (answer.succeeded()) {
                return answer.body().path("branch");
            }
            Optional<JsonNode> found = answer.unknown() || answer.status() == 409 ? find(name) : Optional.empty();
            if (found.isPresent()) {
                return found.get();
            }
            if (!answer.unknown() || tried == TRIES) {
                throw client.failure(answer);
            }
            client.pause(POLL);
            held.run();
        }
    }

    private Optional<JsonNode> find(String name) {
        return branches(name).stream()
                .filter(branch -> branch.path("name").asText().equals(name))
                .findFirst();
    }

    private List<JsonNode> branches(String search) {
        List<JsonNode> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = client.get("/branches?limit=100&search=" + encoded(search)
                    + (cursor.isEmpty() ? "" : "&cursor=" + encoded(cursor)));
            page.path("branches").forEach(all::add);
            cursor = page.path("branches").isEmpty()
                    ? ""
                    : page.path("pagination").path("next").asText("");
        } while (!cursor.isEmpty());
        return all;
    }

    /** Also a branch that an attempt before has made: its operations are not known, but its state is. @return its compute's id */
    private String awaitReady(String branch) {
        Instant deadline = clock.instant().plus(LONGEST);
        while (true) {
            NeonClient.Answer answer = client.send("GET", "/branches/" + branch, null);
            // Neon answers 404 for a moment after a branch was made
            if (!answer.succeeded() && answer.status() != 404) {
                throw client.failure(answer);
            }
            if (answer.body().path("branch").path("current_state").asText().equals("ready")) {
                Optional<String> compute = compute(branch);
                if (compute.isPresent()) {
                    return compute.get();
                }
            }
            if (clock.instant().isAfter(deadline)) {
                throw HoldfastException.of(
                        FailureCode.SOURCE_UNREACHABLE,
                        client.shown() + ": branch " + branch + " and its compute are not ready after "
                                + LONGEST.toMinutes() + " minutes");
            }
            client.pause(POLL);
        }
    }

    /** @return a compute that accepts connections: a suspended compute starts at the first connection */
    private Optional<String> compute(String branch) {
        for (JsonNode endpoint :
                client.get("/branches/" + branch + "/endpoints").path("endpoints")) {
            String state = endpoint.path("current_state").asText();
            if (endpoint.path("pending_state").asText("").isEmpty()
                    && (state.equals("active") || state.equals("idle"))) {
                return Optional.of(endpoint.path("id").asText());
            }
        }
        return Optional.empty();
    }

    private PointInTimeCopy connected(String name, String branch, String compute, Instant at) {
        String path = "/connection_uri?database_name=" + encoded(settings.database()) + "&role_name="
                + encoded(settings.role()) + "&branch_id=" + branch + "&endpoint_id=" + compute + "&pooled=false";
        URI uri = connection(client.get(path).path("uri").asText());
        String user = String.valueOf(uri.getRawUserInfo());
        int colon = user.indexOf(':');
        if (colon < 0 || uri.getHost() == null) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNSUPPORTED,
                    client.shown() + ": Neon names no password of role \"" + settings.role() + "\"");
        }
        String password = URLDecoder.decode(user.substring(colon + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        // channel_binding is no parameter of addresses here
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery().replaceAll("&?channel_binding=[^&]*", "");
        DatabaseAddress address = DatabaseAddress.parse("postgresql://" + user.substring(0, colon) + "@"
                + direct(uri.getHost()) + port + uri.getRawPath() + (query.isEmpty() ? "" : "?" + query));
        return new PointInTimeCopy(name, address, PasswordSupplier.from(() -> password), at);
    }

    /** The text has a password, so that no failure quotes it. */
    private URI connection(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNSUPPORTED,
                    client.shown() + ": Neon names an address of the branch that is no URI (position " + e.getIndex()
                            + ")");
        }
    }

    /** A pool shares sessions, and a snapshot needs its own. */
    static String direct(String host) {
        int dot = host.indexOf('.');
        String label = dot < 0 ? host : host.substring(0, dot);
        return label.endsWith(POOLER)
                ? label.substring(0, label.length() - POOLER.length()) + (dot < 0 ? "" : host.substring(dot))
                : host;
    }

    @Override
    public void delete(UUID restore) {
        find(name(restore)).ifPresent(branch -> remove(branch.path("id").asText()));
    }

    private void remove(String branch) {
        NeonClient.Answer answer = client.send("DELETE", "/branches/" + branch, null);
        if (!answer.succeeded() && answer.status() != 404) {
            throw client.failure(answer);
        }
    }

    @Override
    public int sweep(Predicate<UUID> needed) {
        int deleted = 0;
        for (JsonNode branch : branches(settings.prefix())) {
            Optional<UUID> restore = restore(branch.path("name").asText());
            if (restore.isPresent() && !needed.test(restore.get())) {
                remove(branch.path("id").asText());
                deleted++;
            }
        }
        return deleted;
    }

    private Optional<UUID> restore(String name) {
        try {
            return name.startsWith(settings.prefix())
                    ? Optional.of(
                            UUID.fromString(name.substring(settings.prefix().length())))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static @Nullable Instant instant(JsonNode node) {
        return node.isTextual() ? OffsetDateTime.parse(node.asText()).toInstant() : null;
    }
}
