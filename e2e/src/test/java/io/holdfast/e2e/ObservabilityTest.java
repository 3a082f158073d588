package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.devstack.Service;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Alerts are seen to fire, to reach a receiver and to end, and what rules and panels name is what the services publish. */
@ExtendWith(SharedRig.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ObservabilityTest {
    /** Of PromQL's own, and of Prometheus itself. */
    private static final Set<String> FOREIGN = Set.of("up", "ALERTS");

    /** They appear with their first value, and no test makes one. */
    private static final Set<String> RARE = Set.of(
            "holdfast_dead_letters_total",
            "holdfast_leases_lost_total",
            "holdfast_claims_refuted_total",
            "holdfast_ddl_blocked_total");

    /** Of a source whose WAL is archived: PointInTimeTest has one and looks at them. */
    private static final String WAL = "holdfast_wal_";

    private final Rig rig;

    @SuppressWarnings("NullAway.Init") // started before all tests
    private Prometheus prometheus;

    ObservabilityTest(Rig rig) {
        this.rig = rig;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        prometheus = Prometheus.start(rig, folder);
        rig.await("BackupProven", rig.requestBackup(Rig.TILL));
        rig.awaitRestore(rig.merge(Rig.TILL, "public.customer"), "WATCHING", "COMPLETED");
    }

    @AfterAll
    void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
    }

    @Test
    @Order(1)
    void aFailedBackupFiresUntilOneSucceeds() {
        rig.sources.run("postgres", "alter database till rename to till_away");
        try {
            rig.requestBackup(Rig.TILL);
            received("firing", "HoldfastBackupFailed", Rig.TILL);
        } finally {
            rig.sources.run("postgres", "alter database till_away rename to till");
        }

        rig.await("BackupProven", rig.requestBackup(Rig.TILL));
        received("resolved", "HoldfastBackupFailed", Rig.TILL);
    }

    @Test
    @Order(2)
    void aVaultThatIsGoneFiresUntilItIsBack() {
        rig.s3.set(FaultInjectionProxy.State.CLOSED);
        try {
            received("firing", "HoldfastVaultDown", "");
        } finally {
            rig.s3.set(FaultInjectionProxy.State.OPEN);
        }
        received("resolved", "HoldfastVaultDown", "");
    }

    @Test
    @Order(3)
    void aBrokenChannelFires() {
        behave("{\"kind\":\"slack\",\"status\":404,\"times\":-1,\"retryAfter\":0}");
        try {
            rig.requestBackup(Rig.TILL); // its channels hear of each completed backup
            received("firing", "HoldfastNotificationFailed", "");
        } finally {
            behave("{\"kind\":\"slack\",\"status\":404,\"times\":0,\"retryAfter\":0}");
        }
        received("resolved", "HoldfastNotificationFailed", "");
    }

    /** Whoever holds the ledger of slots stops every schedule, and no service says so. */
    @Test
    @Order(4)
    @Tag("slow")
    void aSchedulerThatStoppedFiresUntilItGoesOn() throws Exception {
        Path file = rig.folder.resolve("holdfast.yaml");
        String before = Files.readString(file);
        try (Connection connection = rig.sources.connect("holdfast");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table backup.slot in access exclusive mode");
            Files.writeString(
                    file, before.replace("canary:\n", "canary:\n      schedule: { backups: [\"* * * * *\"] }\n"));
            received("firing", "HoldfastBackupMissed", Rig.CANARY);
            connection.rollback();
            received("resolved", "HoldfastBackupMissed", Rig.CANARY);
        } finally {
            Files.writeString(file, before);
        }
    }

    @Test
    @Order(5)
    void aServiceThatIsDownFiresUntilItIsBack() throws IOException {
        rig.servicePlatform.kill(Service.AUDIT);
        received("firing", "HoldfastServiceDown", "audit-service");
        rig.servicePlatform.restart(Service.AUDIT);
        received("resolved", "HoldfastServiceDown", "audit-service");
    }

    @Test
    @Order(6)
    void everyMetricLabelAndValueOfTheRulesExists() throws Exception {
        List<String> missing = new ArrayList<>();
        for (String expression : expressions()) {
            for (Selector selector : Selector.in(expression)) {
                if (!FOREIGN.contains(selector.metric())
                        && !RARE.contains(selector.metric())
                        && !selector.metric().startsWith(WAL)
                        && !selector.metric().startsWith("holdfast:")) {
                    missing.addAll(selector.missing(prometheus));
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    @Order(7)
    void everyPanelShowsData() throws Exception {
        List<String> empty = new ArrayList<>();
        for (String name : List.of("fleet", "platform")) {
            for (JsonNode panel : dashboard(name).path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    String query = target.path("expr").asText().replace("$source", ".*");
                    if (!query.contains(WAL) && prometheus.query(query).isEmpty()) {
                        empty.add(name + ": " + panel.path("title").asText() + ": " + query);
                    }
                }
            }
        }
        assertThat(empty).isEmpty();
    }

    private static Set<String> expressions() throws IOException {
        Set<String> expressions = new TreeSet<>(AlertRulesTest.found(
                Files.readString(AlertRulesTest.DEPLOY.resolve("prometheus/rules/holdfast.yml")),
                "(?m)^ +expr: (.*)$"));
        for (String name : List.of("fleet", "platform")) {
            dashboard(name).findValues("expr").forEach(expression -> expressions.add(expression.asText()));
        }
        return expressions;
    }

    private static JsonNode dashboard(String name) throws IOException {
        return Rest.JSON.readTree(AlertRulesTest.DEPLOY
                .resolve("grafana/dashboards/" + name + ".json")
                .toFile());
    }

    private void behave(String behaviour) {
        Rest.call(URI.create(rig.addresses().catcher().http()), "POST", "/behaviour", behaviour, Map.of());
    }

    /** Waits until Alertmanager has sent an alert of this name and state that mentions a text. */
    private void received(String status, String alert, String mentioning) {
        Rig.patiently()
                .untilAsserted(() -> assertThat(alerts())
                        .anyMatch(each -> each.path("status").asText().equals(status)
                                && each.at("/labels/alertname").asText().equals(alert)
                                && each.toString().contains(mentioning)));
    }

    private List<JsonNode> alerts() throws IOException {
        List<JsonNode> alerts = new ArrayList<>();
        for (JsonNode message : rig.messages("webhook", "alertname")) {
            Rest.JSON.readTree(message.path("body").asText()).path("alerts").forEach(alerts::add);
        }
        return alerts;
    }
}
