package io.holdfast.restore.saga;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sources with the roles that the guide recommends: a role that reads, and the owner that restores. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class RestoreRoleTest {
    private static boolean created;

    @Inject
    Shop shop;

    @Inject
    Desk desk;

    @Inject
    Site site;

    @Inject
    JobRows jobs;

    @Inject
    Bus bus;

    @BeforeEach
    void createRolesAndDatabase() {
        site.application.reset();
        if (!created) {
            shop.sql(
                    "postgres",
                    "create role roled_owner login createdb password '" + site.password + "'",
                    "create role roled_reader login password '" + site.password + "'",
                    "grant pg_read_all_data to roled_reader");
            created = true;
        }
        Manifest manifest = desk.garbledAfterBackup(Desk.ROLED, "roled_owner");
        shop.verdict(Desk.READABLE, backupFor(Desk.READABLE), Proof.Outcome.PROVEN);
        assertThat(manifest.contents().tables()).hasSize(2);
    }

    private Manifest backupFor(SourceRef source) {
        return shop.backup("roled", source);
    }

    @Test
    void aSourceWithAReaderAndAnOwnerIsReplacedByTheOwner() {
        String id = Desk.replacing("roled", "");

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(desk.content("roled")).isEqualTo("good");
        assertThat(shop.query("roled", "select distinct tableowner from pg_tables where schemaname = 'public'"))
                .containsExactly("roled_owner");
        assertThat(shop.query("postgres", "select pg_get_userbyid(datdba) from pg_database where datname = 'roled'"))
                .containsExactly("roled_owner");
    }

    @Test
    @Tag("slow")
    void aTableOfASourceWithAReaderAndAnOwnerIsRestoredByTheOwner() {
        String id = Desk.ask("ann", "roled", "{\"kind\":\"merge\",\"mode\":\"MERGE\"}", ",\"tables\":[\"people\"]")
                .statusCode(202)
                .extract()
                .path("id");
        Desk.awaitState(id, RestoreState.SAFETY);
        desk.safetyBackupMade(id, Desk.ROLED);

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(shop.query("roled", "select count(*) from people where name = 'garbled'"))
                .containsExactly("0");
    }

    @Test
    void allMissingRightsOfAReaderAreNamedAtOnceBeforeAnythingIsLoaded() {
        List<String> before = shop.settledDatabases();

        String id = Desk.replacing("readable", "");

        Desk.awaitState(id, RestoreState.FAILED);
        JsonPath failed = Asking.shown(id);
        assertThat(failed.getString("reason.code")).isEqualTo("TARGET_PERMISSION_DENIED");
        assertThat(failed.getString("reason.message"))
                .contains("ALTER ROLE \"roled_reader\" CREATEDB")
                .contains("whose owners are \"roled_owner\"")
                .contains("restore: { user: roled_owner }")
                .contains("ALTER ROLE \"roled_owner\" LOGIN CREATEDB");
        assertThat(failed.getList("steps.name")).isEqualTo(List.of("preflight"));
        assertThat(shop.settledDatabases()).isEqualTo(before);
    }

    @Test
    void membershipOfTheOwnerIsRefusedBeforeTheLoadInsteadOfWhileLoading() {
        shop.sql("postgres", "alter role roled_reader createdb", "grant roled_owner to roled_reader");
        try {
            String id = Desk.replacing("readable", ",\"dryRun\":true");

            Desk.awaitState(id, RestoreState.PLANNED);
            assertThat(Asking.shown(id).getList("plan.problems.message", String.class))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem).contains("does not own", "roled_owner"));
        } finally {
            shop.sql("postgres", "alter role roled_reader nocreatedb", "revoke roled_owner from roled_reader");
        }
    }

    @Test
    @Tag("slow")
    void aTableOfADatabaseNamedPostgresIsRestoredInPlace() {
        shop.sql(
                "postgres",
                "create table parked (id int primary key, name text)",
                "insert into parked values (1, 'a')");
        try {
            shop.verdict(Desk.SYSTEM, shop.backup("postgres", Desk.SYSTEM), Proof.Outcome.PROVEN);
            shop.sql("postgres", "update parked set name = 'garbled'");

            String id = Desk.ask(
                            "ann",
                            "system",
                            "{\"kind\":\"merge\",\"mode\":\"MERGE\"}",
                            ",\"tables\":[\"parked\"],\"withoutSafety\":\"a test\"")
                    .statusCode(202)
                    .extract()
                    .path("id");

            Desk.awaitState(id, RestoreState.WATCHING);
            assertThat(shop.query("postgres", "select name from parked")).containsExactly("a");
        } finally {
            shop.sql("postgres", "drop table parked");
        }
    }

    @Test
    void theDailyCheckReportsWhichSourcesAreRestorable() {
        await().atMost(Bus.PATIENCE).untilAsserted(() -> {
            jobs.hurry("recurring");
            JsonPath sources =
                    given().get("/api/sources").then().statusCode(200).extract().jsonPath();
            Map<String, Object> roled = sources.getMap("items.find { it.source == 'roled' }");
            Map<String, Object> readable = sources.getMap("items.find { it.source == 'readable' }");
            Map<String, Object> nowhere = sources.getMap("items.find { it.source == 'nowhere' }");
            assertThat(roled).containsEntry("restorable", true).containsEntry("problems", List.of());
            assertThat(readable).containsEntry("restorable", false);
            assertThat(String.valueOf(readable.get("problems"))).contains("CREATEDB", "roled_owner");
            assertThat(String.valueOf(nowhere.get("problems"))).contains("cannot connect");
        });
    }

    @Test
    @Tag("slow")
    void aSourceThatBecomesUnrestorableRaisesOneAlertThatEndsWithTheCause() {
        awaitRestorable(true);
        AlertEvent.Raised raised;
        shop.sql("postgres", "alter role roled_owner nocreatedb");
        try {
            awaitRestorable(false);
            raised = bus.await(Topic.ALERTS, AlertEvent.Raised.class, RestoreRoleTest::isOfMissingRight);
            assertThat(raised.summary()).startsWith("source \"roled\" is not restorable: ");
            check(); // finds the same again
        } finally {
            shop.sql("postgres", "alter role roled_owner createdb");
        }

        awaitRestorable(true);
        bus.await(
                Topic.ALERTS,
                AlertEvent.Resolved.class,
                alert -> alert.alertId().equals(raised.alertId())
                        && alert.resolvedAt().isAfter(raised.raisedAt()));
        assertThat(bus.all(Topic.ALERTS, AlertEvent.Raised.class, RestoreRoleTest::isOfMissingRight))
                .hasSize(1);
    }

    /** Not of the check at start, which knew no such role. */
    private static boolean isOfMissingRight(AlertEvent.Raised alert) {
        return alert.alertId().equals("not-restorable/roled") && alert.summary().contains("CREATEDB");
    }

    private void awaitRestorable(boolean restorable) {
        await().atMost(Bus.PATIENCE).untilAsserted(() -> {
            check();
            assertThat(roled()).containsEntry("restorable", restorable);
        });
    }

    /** A whole round, from now on. */
    private void check() {
        Object before = roled().get("checkedAt");
        await().atMost(Bus.PATIENCE).until(() -> {
            jobs.hurry("recurring");
            return !Objects.equals(roled().get("checkedAt"), before);
        });
    }

    /** Empty before the first check. */
    private static Map<String, Object> roled() {
        Map<String, Object> checked = given().get("/api/sources")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getMap("items.find { it.source == 'roled' }");
        return Objects.requireNonNullElse(checked, Map.of());
    }
}
