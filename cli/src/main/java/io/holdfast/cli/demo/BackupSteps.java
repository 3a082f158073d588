package io.holdfast.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.jobs.PollingPolicy;
import io.holdfast.cli.jobs.ProofPoller;
import io.holdfast.cli.local.SampleDatabase;
import io.holdfast.cli.local.VaultSetup;
import io.holdfast.cli.rest.BackupResponse;
import io.holdfast.cli.rest.ServiceEndpoints;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
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
final class BackupSteps {
    private static final String LABEL = "before-migration";
    private static final double ALMOST_NOTHING = 0.02;
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);

    private final DemoEnvironment demoEnvironment;
    private DatabaseDigest original = new DatabaseDigest(Map.of(), Map.of());
    private String backup = "";
    private String second = "";
    private JsonNode tables = ServiceJson.object();

    BackupSteps(DemoEnvironment demoEnvironment) {
        this.demoEnvironment = demoEnvironment;
    }

    StepResult.Found startStack() throws Exception {
        demoEnvironment.startStack();
        return StepResult.Found.proof("Kafka " + demoEnvironment.addresses().kafka() + ", PostgreSQL on port "
                + demoEnvironment.addresses().postgres().port() + ", S3 "
                + demoEnvironment.addresses().s3().endpoint() + ", all answering");
    }

    StepResult.Found createPortal() throws Exception {
        demoEnvironment.createPortal();
        try (Connection connection = demoEnvironment.portal().connect(SampleDatabase.NAME)) {
            original = DatabaseDigest.take(connection);
            require(original.rows() >= 200_000, "the sample database has only " + original.rows() + " rows");
            return new StepResult.Found(
                    original.rows(), size(connection), "counted and hashed by SQL: " + kinds(original));
        }
    }

    StepResult.Found startServices() throws Exception {
        VaultSetup.Made vault = demoEnvironment.configure();
        ServiceEndpoints endpoints = demoEnvironment.serve();
        for (Service service : Service.values()) {
            requireReady(service, endpoints);
        }
        return StepResult.Found.proof("five services ready, vault " + vault.id() + " made");
    }

    /** All were ready, but for a moment one may be so no more, such as when the broker has much to do. */
    private void requireReady(Service service, ServiceEndpoints endpoints) throws InterruptedException {
        Instant end = Instant.now().plus(SETTLED_WITHIN);
        String unready = demoEnvironment.api().unready(service);
        while (!unready.isEmpty() && Instant.now().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(200);
            unready = demoEnvironment.api().unready(service);
        }
        require(unready.isEmpty(), service.module() + " at " + endpoints.of(service) + " " + unready);
    }

    StepResult.Found backUp() throws Exception {
        String at = KafkaBackupRequest.publish(demoEnvironment.addresses().kafka(), SampleDatabase.NAME, LABEL);
        demoEnvironment.output().say("  BackupRequested published on " + at);
        backup = requested();
        BackupResponse stored = stored(backup);
        BackupTotals totals = Objects.requireNonNull(stored.totals(), "totals");
        require(!stored.partial(), "the backup is partial: " + stored.findings());
        require(
                totals.rows() == original.rows(),
                "the backup holds " + totals.rows() + " rows, the database " + original.rows());
        return new StepResult.Found(
                totals.rows(),
                totals.bytes(),
                "STORED as " + HumanFormat.bytes(totals.storedBytes()) + ", " + totals.tables() + " tables, backup "
                        + backup);
    }

    StepResult.Found prove() {
        ProofPoller proofPoller = new ProofPoller(demoEnvironment.api(), PollingPolicy.USUAL.clock(), backup);
        JsonNode ended = demoEnvironment.watch().until("proof", proofPoller::fetch, ProofPoller::decided);
        ProofPoller.require(ended);
        tables = demoEnvironment
                .api()
                .list(Service.BACKUP, "/api/backups/" + backup + "/tables", Map.of(), 1000)
                .path("items");
        JsonNode verification = demoEnvironment
                .api()
                .get(Service.VERIFIER, "/api/verifications", Map.of("backup", backup))
                .path("items")
                .path(0);
        require(verification.path("state").asText().equals("PASSED"), "there is no passed verification of " + backup);
        return new StepResult.Found(
                verification.path("rows").asLong(),
                verification.path("bytes").asLong(),
                "PROVEN: restored to a scratch database, "
                        + verification.path("tables").asInt() + " tables compared row by row");
    }

    StepResult.Found backUpAgain() {
        JsonNode requested =
                demoEnvironment.api().post(Service.BACKUP, "/api/backups", Map.of("source", SampleDatabase.NAME));
        second = requested.path("id").asText();
        BackupTotals totals = Objects.requireNonNull(stored(second).totals(), "totals");
        require(
                totals.storedBytes() <= ALMOST_NOTHING * totals.bytes(),
                "the second backup of the same data stored " + HumanFormat.bytes(totals.storedBytes()) + " again");
        return new StepResult.Found(
                totals.rows(),
                totals.bytes(),
                "stored " + HumanFormat.bytes(totals.storedBytes()) + " ("
                        + HumanFormat.percent(totals.storedBytes(), totals.bytes()) + "), the rest was there already");
    }

    StepResult.Found disaster() throws Exception {
        try (Connection connection = demoEnvironment.portal().connect(SampleDatabase.NAME)) {
            String done = SimulatedDisaster.strike(connection);
            List<String> damage = original.differences(DatabaseDigest.take(connection));
            require(damage.size() >= 5, "the disaster did hardly any damage: " + damage);
            return StepResult.Found.proof(done + "; SQL finds " + damage.size() + " differences");
        }
    }

    StepResult.Found proveSecond() {
        ProofPoller proofPoller = new ProofPoller(demoEnvironment.api(), PollingPolicy.USUAL.clock(), second);
        ProofPoller.require(
                demoEnvironment.watch().until("proof of the second", proofPoller::fetch, ProofPoller::decided));
        return StepResult.Found.proof("PROVEN as well: complete by itself, though it stored almost nothing");
    }

    /** The first backup's tables with their rows and Holdfast's fingerprints. */
    JsonNode tables() {
        return tables;
    }

    DatabaseDigest original() {
        return original;
    }

    /** The first backup's id. */
    String backup() {
        return backup;
    }

    private String requested() {
        JsonNode found = demoEnvironment
                .watch()
                .until(
                        "request",
                        () -> demoEnvironment
                                .api()
                                .get(
                                        Service.BACKUP,
                                        "/api/backups",
                                        Map.of("source", SampleDatabase.NAME, "label", LABEL)),
                        list -> !list.path("items").isEmpty());
        return found.path("items").path(0).path("id").asText();
    }

    private BackupResponse stored(String id) {
        BackupResponse ended = ServiceJson.read(
                demoEnvironment
                        .watch()
                        .until("backup", () -> demoEnvironment.api().get(Service.BACKUP, "/api/backups/" + id), job -> {
                            BackupResponse now = ServiceJson.read(job, BackupResponse.class);
                            return now.stored() || now.lost();
                        }),
                BackupResponse.class);
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

    static String kinds(DatabaseDigest databaseDigest) {
        return databaseDigest.tables().size() + " tables with rows, "
                + databaseDigest.kinds().entrySet().stream()
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
            throw new DemoStepException(otherwise);
        }
    }
}
