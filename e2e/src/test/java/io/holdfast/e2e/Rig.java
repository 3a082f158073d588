package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.devstack.Service;
import io.holdfast.devstack.ServicePlatform;
import io.holdfast.devstack.ServicePlatformOptions;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackOptions;
import io.holdfast.testsupport.producer.TestProducer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;

/** A whole platform with sources of little data; the limit of {@code slow} makes the middle of a backup long. */
public final class Rig implements AutoCloseable {
    static final String SHOP = "shop";
    static final String SLOW = "slow";
    static final String DESK = "desk";
    static final String TILL = "till";
    static final String CANARY = "canary";

    /**
     * Services that live for a minute are over before the full compiler and the verifying of classes pay; those that are
     * measured run as shipped.
     */
    static final String QUICK = Boolean.getBoolean("holdfast.measure")
            ? ""
            : "-XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote";

    /** Restores the source "shop" over Kafka. */
    private final TestProducer recovery = TestProducer.named("recovery");

    final DevStack stack;
    /** The way of the services to the vault. */
    final FaultInjectionProxy s3;

    final Sources sources;
    final Bus bus;
    final Path folder;
    final ServicePlatform servicePlatform;
    private final Map<Service, Integer> ports;

    private Rig(Path folder) throws IOException {
        this.folder = folder;
        this.stack = DevStack.start(StackOptions.temporary());
        URI endpoint = URI.create(addresses().s3().endpoint());
        this.s3 = new FaultInjectionProxy(endpoint.getHost(), endpoint.getPort());
        this.sources = new Sources(addresses().postgres());
        sources.createRole();
        sources.create(SHOP, 300_000);
        sources.create(SLOW, 40_000);
        sources.create(DESK, 40_000);
        sources.create(TILL, 4_000);
        sources.createCanary(CANARY);
        this.ports = new EnumMap<>(ServicePlatform.freePorts());
        this.servicePlatform = ServicePlatform.start(options().on(ports));
        Rest.asAdminOf(Path.of("target"));
        this.bus = new Bus(addresses().kafka());
    }

    static Rig start(Path folder) throws IOException {
        return new Rig(folder);
    }

    StackAddresses addresses() {
        return stack.addresses();
    }

    /** Another replica of a service, on a port of its own. */
    ServicePlatform replica(Service service) throws IOException {
        return ServicePlatform.start(options().only(service));
    }

    private ServicePlatformOptions options() throws IOException {
        Path yaml = Files.writeString(folder.resolve("holdfast.yaml"), yaml());
        Path logs = Files.createDirectories(Path.of("target", "logs-" + folder.getFileName()));
        return ServicePlatformOptions.of(
                addresses(),
                yaml,
                Map.of(
                        "E2E_S3_KEY",
                        addresses().s3().accessKey(),
                        "E2E_S3_SECRET",
                        addresses().s3().secretKey(),
                        "E2E_SLACK",
                        addresses().catcher().http() + "/slack/ops",
                        "E2E_SHOP",
                        Sources.PASSWORD,
                        "HOLDFAST_JOBS_LEASE",
                        "8s",
                        "HOLDFAST_JOBS_HEARTBEAT",
                        "2s",
                        "MP_MESSAGING_CONNECTOR_SMALLRYE_KAFKA_SESSION_TIMEOUT_MS",
                        "10000", // short, for the next consumer; but on a busy machine longer than a pause
                        "MP_MESSAGING_CONNECTOR_SMALLRYE_KAFKA_HEARTBEAT_INTERVAL_MS",
                        "2000",
                        "JAVA_TOOL_OPTIONS",
                        QUICK),
                logs);
    }

    /** The section {@code vault}; the keys are in the variables E2E_S3_KEY and E2E_S3_SECRET. */
    static String vault(StackAddresses.S3 s3) {
        return """
                { endpoint: "%s", region: %s, path-style: true, bucket: %s, create: true,
                  access-key: { env: E2E_S3_KEY }, secret-key: { env: E2E_S3_SECRET }, key-file: vault.key }""".formatted(s3.endpoint(), s3.region(), s3.bucket());
    }

    private String yaml() {
        return """
            holdfast:
              vault: %s
              sources:
                shop: { engine: postgres, url: "%s", password: { env: E2E_SHOP } }
                desk: { engine: postgres, url: "%s", password: { env: E2E_SHOP }, approval: none }
                till: { engine: postgres, url: "%s", password: { env: E2E_SHOP }, approval: none }
                slow:
                  engine: postgres
                  url: "%s"
                  password: { env: E2E_SHOP }
                  limits: { readers: 2, bytes-per-second: 1MB }
                canary:
                  engine: postgres
                  url: "%s"
                  password: { env: E2E_SHOP }
                  checks: { sql: [{ name: birds are numbers, query: "select name::int from bird", expect: 0 }] }
                nowhere: { engine: postgres, url: "postgresql://nobody@127.0.0.1:1/nothing" }
              channels:
                ops-slack: { type: slack, webhook: { env: E2E_SLACK } }
                dba-mail:
                  type: email
                  to: [dba@shop.example]
                  from: holdfast@shop.example
                  smtp: { host: "%s", port: %d, starttls: false }
              notifications:
                notify: [ops-slack, dba-mail]
                events: [backup-completed, backup-proven, restore-completed, restore-failed, alert-raised]
              access: { limits: { failed-authentications: 1000 }, producers: { %s } }
              platform: { lease: 8s, heartbeat: 2s, check-every: 10s }
            """.formatted(
                        vault(addresses().s3()).replaceFirst(":\\d+\"", ":" + s3.port() + "\""),
                        addresses().postgres().uri(Sources.ROLE, SHOP),
                        addresses().postgres().uri(Sources.ROLE, DESK),
                        addresses().postgres().uri(Sources.ROLE, TILL),
                        addresses().postgres().uri(Sources.ROLE, SLOW),
                        addresses().postgres().uri(Sources.ROLE, CANARY),
                        addresses().catcher().smtpHost(),
                        addresses().catcher().smtpPort(),
                        recovery.configuration(folder, "roles: [restorer], sources: [shop]"));
    }

    URI url(Service service) {
        return servicePlatform.url(service);
    }

    /** Asks for a backup over Kafka, as a deployment pipeline would; returns the request's id. */
    String requestBackup(String source) {
        String id = "deploy-" + UUID.randomUUID();
        ObjectNode data = Rest.JSON.createObjectNode().put("source", source);
        data.putArray("labels").add("before-migration");
        bus.publish("holdfast.backup.requests.v1", "BackupRequested", id, data, Map.of("subject", source));
        return id;
    }

    String requestRestore(String source, String database) {
        String id = "restore-" + UUID.randomUUID();
        ObjectNode data = Rest.JSON.createObjectNode().put("source", source);
        data.putObject("target").put("kind", "new").put("database", database);
        String time = Instant.now().toString();
        String expiry = Instant.now().plus(Duration.ofMinutes(10)).toString();
        String event = Bus.event("RestoreRequested", id, data, Map.of("time", time, "expirytime", expiry));
        byte[] body = event.getBytes(StandardCharsets.UTF_8);
        String signature = recovery.sign(id, Bus.SOURCE, "io.holdfast.RestoreRequested.v1", time, body);
        bus.publish("holdfast.restore.requests.v1", event, Map.of("holdfast-signature", signature));
        return id;
    }

    /** Asks for the source's newest proven backup in its live database's place; returns the restore's id. */
    String replace(String source) {
        return restore(Rest.JSON.createObjectNode().put("source", source).set("target", kind("replace")));
    }

    /** Asks for the rows of a table that are missing or changed, from the newest proven backup; returns the restore's id. */
    String merge(String source, String table) {
        ObjectNode wish = Rest.JSON.createObjectNode().put("source", source);
        wish.putArray("tables").add(table);
        return restore(wish.set("target", kind("merge").put("mode", "MERGE")));
    }

    private static ObjectNode kind(String kind) {
        return Rest.JSON.createObjectNode().put("kind", kind);
    }

    private String restore(ObjectNode wish) {
        Rest.Answer answer = Rest.post(
                url(Service.RESTORE),
                "/api/restores",
                wish.put("why", "it is garbled").toString());
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return answer.body().path("id").asText();
    }

    /** Looked up where it is kept: the service may be dead. */
    void awaitRestore(String id, String... states) {
        String now = "select state from restore.restore where id = '" + id + "'";
        try {
            patiently().until(() -> List.of(states).contains(sources.one("holdfast", now)));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("restore " + id + " is " + sources.one("holdfast", now), e);
        }
    }

    /** The one event of this type that answers a request; an event that says it will never come ends the waiting. */
    Bus.Heard await(String type, String correlation) {
        try {
            patiently()
                    .until(() ->
                            answers(correlation).stream().anyMatch(e -> e.type().equals(type) || e.isBad()));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no " + type + " for " + correlation + ", but " + answers(correlation), e);
        }
        return answers(correlation).stream()
                .filter(event -> event.type().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError(type + " will not come: " + answers(correlation)));
    }

    private List<Bus.Heard> answers(String correlation) {
        return bus.all().stream()
                .filter(event -> event.correlationId().equals(correlation))
                .toList();
    }

    void awaitProgress(String kind, String subject) {
        patiently()
                .until(() -> bus.of("JobProgressed").stream()
                        .anyMatch(event -> event.text("kind").equals(kind)
                                && event.text("subject").equals(subject)));
    }

    List<JsonNode> messages(String kind, String containing) {
        return items(URI.create(addresses().catcher().http()), "/messages").stream()
                .filter(message -> message.path("kind").asText().equals(kind))
                .filter(message -> message.toString().contains(containing))
                .toList();
    }

    List<JsonNode> gaps() {
        return items(url(Service.AUDIT), "/api/activity/coverage").stream()
                .filter(partition -> !partition.path("gaps").isEmpty())
                .toList();
    }

    public static List<JsonNode> items(URI base, String path) {
        JsonNode body = Rest.get(base, path);
        JsonNode items = body.isArray() ? body : body.path("items");
        List<JsonNode> list = new ArrayList<>();
        items.forEach(list::add);
        return list;
    }

    public static ConditionFactory patiently() {
        return Awaitility.await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(200));
    }

    @Override
    public void close() {
        bus.close();
        servicePlatform.close();
        s3.close();
        stack.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
