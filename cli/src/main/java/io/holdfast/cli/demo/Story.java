package io.holdfast.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.jobs.Pace;
import io.holdfast.cli.jobs.Proof;
import io.holdfast.cli.local.SampleDatabase;
import io.holdfast.cli.local.VaultSetup;
import io.holdfast.cli.rest.Backup;
import io.holdfast.cli.rest.Endpoints;
import io.holdfast.cli.rest.Json;
import io.holdfast.cli.terminal.Human;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.devstack.Service;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What happens in the demo, step by step. A step returns what proves it, or throws. */
final class Story {
    private static final String LABEL = "before-migration";
    private static final double ALMOST_NOTHING = 0.02;
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);

    private final Stage stage;
    private Portrait original = new Portrait(Map.of(), Map.of());
    private String backup = "";
    private String second = "";
    private JsonNode tables = Json.object();

    Story(Stage stage) {
        this.stage = stage;
    }

    Outcome.Found startStack() throws Exception {
        stage.startStack();
        return Outcome.Found.proof("Kafka " + stage.addresses().kafka() + ", PostgreSQL on port "
                + stage.addresses().postgres().port() + ", S3 "
                + stage.addresses().s3().endpoint() + ", all answering");
    }

    Outcome.Found createPortal() throws Exception {
        stage.createPortal();
        try (Connection connection = stage.portal().connect(SampleDatabase.NAME)) {
            original = Portrait.take(connection);
            require(original.rows() >= 200_000, "the sample database has only " + original.rows() + " rows");
            return new Outcome.Found(
                    original.rows(), size(connection), "counted and hashed by SQL: " + kinds(original));
        }
    }

    Outcome.Found startServices() throws Exception {
        VaultSetup.Made vault = stage.configure();
        Endpoints endpoints = stage.serve();
        for (Service service : Service.values()) {
            requireReady(service, endpoints);
        }
        return Outcome.Found.proof("five services ready, vault " + vault.id() + " made");
    }

    /** All were ready, but for a moment one may be so no more, such as when the broker has much to do. */
    private void requireReady(Service service, Endpoints endpoints) throws InterruptedException {
        Instant end = Instant.now().plus(SETTLED_WITHIN);
        String unready = stage.api().unready(service);
        while (!unready.isEmpty() && Instant.now().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(200);
            unready = stage.api().unready(service);
        }
        require(unready.isEmpty(), service.module() + " at " + endpoints.of(service) + " " + unready);
    }

    Outcome.Found backUp() throws Exception {
        String at = KafkaRequest.publish(stage.addresses().kafka(), SampleDatabase.NAME, LABEL);
        stage.output().say("  BackupRequested published on " + at);
        backup = requested();
        Backup stored = stored(backup);
        BackupTotals totals = Objects.requireNonNull(stored.totals(), "totals");
        require(!stored.partial(), "the backup is partial: " + stored.findings());
        require(
                totals.rows() == original.rows(),
                "the backup holds " + totals.rows() + " rows, the database " + original.rows());
        return new Outcome.Found(
                totals.rows(),
                totals.bytes(),
                "STORED as " + Human.bytes(totals.storedBytes()) + ", " + totals.tables() + " tables, backup "
                        + backup);
    }

    Outcome.Found prove() {
        Proof proof = new Proof(stage.api(), Pace.USUAL.clock(), backup);
        JsonNode ended = stage.watch().until("proof", proof::fetch, Proof::decided);
        Proof.require(ended);
        tables = stage.api()
                .list(Service.BACKUP, "/api/backups/" + backup + "/tables", Map.of(), 1000)
                .path("items");
        JsonNode verification = stage.api()
                .get(Service.VERIFIER, "/api/verifications", Map.of("backup", backup))
                .path("items")
                .path(0);
        require(verification.path("state").asText().equals("PASSED"), "there is no passed verification of " + backup);
        return new Outcome.Found(
                verification.path("rows").asLong(),
                verification.path("bytes").asLong(),
                "PROVEN: restored to a scratch database, "
                        + verification.path("tables").asInt() + " tables compared row by row");
    }

    Outcome.Found backUpAgain() {
        JsonNode requested = stage.api().post(Service.BACKUP, "/api/backups", Map.of("source", SampleDatabase.NAME));
        second = requested.path("id").asText();
        BackupTotals totals = Objects.requireNonNull(stored(second).totals(), "totals");
        require(
                totals.storedBytes() <= ALMOST_NOTHING * totals.bytes(),
                "the second backup of the same data stored " + Human.bytes(totals.storedBytes()) + " again");
        return new Outcome.Found(
                totals.rows(),
                totals.bytes(),
                "stored " + Human.bytes(totals.storedBytes()) + " ("
                        + Human.percent(totals.storedBytes(), totals.bytes()) + "), the rest was there already");
    }

    Outcome.Found disaster() throws Exception {
        try (Connection connection = stage.portal().connect(SampleDatabase.NAME)) {
            String done = Disaster.strike(connection);
            List<String> damage = original.differences(Portrait.take(connection));
            require(damage.size() >= 5, "the disaster did hardly any damage: " + damage);
            return Outcome.Found.proof(done + "; SQL finds " + damage.size() + " differences");
        }
    }

    Outcome.Found proveSecond() {
        Proof proof = new Proof(stage.api(), Pace.USUAL.clock(), second);
        Proof.require(stage.watch().until("proof of the second", proof::fetch, Proof::decided));
        return Outcome.Found.proof("PROVEN as well: complete by itself, though it stored almost nothing");
    }

    /** The first backup's tables with their rows and Holdfast's fingerprints. */
    JsonNode tables() {
        return tables;
    }

    Portrait original() {
        return original;
    }

    /** The first backup's id. */
    String backup() {
        return backup;
    }

    private String requested() {
        JsonNode found = stage.watch()
                .until(
                        "request",
                        () -> stage.api()
                                .get(
                                        Service.BACKUP,
                                        "/api/backups",
                                        Map.of("source", SampleDatabase.NAME, "label", LABEL)),
                        list -> !list.path("items").isEmpty());
        return found.path("items").path(0).path("id").asText();
    }

    private Backup stored(String id) {
        Backup ended = Json.read(
                stage.watch().until("backup", () -> stage.api().get(Service.BACKUP, "/api/backups/" + id), job -> {
                    Backup now = Json.read(job, Backup.class);
                    return now.stored() || now.lost();
                }),
                Backup.class);
        require(ended.stored() && !ended.lost(), "backup " + id + " is " + ended.state() + ": " + ended.why());
        return ended;
    }

    static long size(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet size = statement.executeQuery("SELECT pg_database_size(current_database())")) {
            size.next();
            return size.getLong(1);
        }
    }

    static String kinds(Portrait portrait) {
        return portrait.tables().size() + " tables with rows, "
                + portrait.kinds().entrySet().stream()
                        .filter(kind -> List.of("view", "function", "trigger", "constraint", "index", "sequence")
                                .contains(kind.getKey()))
                        .map(kind -> kind.getValue() + " " + plural(kind.getKey()))
                        .collect(Collectors.joining(", "));
    }

    private static String plural(String kind) {
        return kind.equals("index") ? "indexes" : kind + "s";
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new StepFailed(otherwise);
        }
    }
}
