package io.holdfast.verifier;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.anything;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.drill.DrillCheck;
import io.holdfast.drill.DrillJson;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.NegativeControl;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.Manifest;
import io.holdfast.verifier.scratch.RestoredCopy;
import io.holdfast.verifier.scratch.ScratchDatabaseName;
import io.holdfast.verifier.scratch.StagingRestore;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Drills that replace the database of a staging source. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "verifier"))
class StagingDrillTest {
    private static final String LEFT =
            "select datname from pg_database where starts_with(datname, 'holdfast_staging_')";

    @Inject
    Shop shop;

    @Inject
    Site site;

    @Inject
    StagingRestore stagingRestore;

    @BeforeEach
    void createTheStagingDatabase() {
        shop.sql("postgres", "create database stage template template0");
        shop.sql("stage", "create table public.earlier as select 1 as id");
    }

    @AfterEach
    void dropTheStagingDatabase() {
        shop.query("postgres", LEFT)
                .forEach(left -> shop.sql("postgres", "drop database \"" + left + "\" with (force)"));
        shop.sql("postgres", "drop database if exists stage with (force)");
    }

    @Test
    void aStagingDatabaseIsReplacedByAMaskedCopy() {
        shop.sql(
                "postgres",
                "alter database stage set work_mem = '5MB'",
                "revoke connect on database stage from public");
        backup("masked");

        String id = held("masked", "PASSED");

        assertThat(shop.query("stage", "select count(*) from app.clients")).containsExactly("500");
        assertThat(shop.query("stage", "select count(*) from app.tickets"))
                .isEqualTo(shop.query("shop", "select count(*) from app.tickets"));
        assertThat(shop.query("stage", "select name from app.clients where not starts_with(name, 'masked ')"))
                .isEmpty();
        assertThat(shop.query(
                        "stage",
                        "select histogram_bounds::text from pg_stats where tablename = 'clients' and attname = 'name'"))
                .as("statistics hold values")
                .allSatisfy(bounds -> assertThat(bounds).contains("masked").doesNotContain("client "));
        assertThat(shop.query("shop", "select count(*) from app.clients where starts_with(name, 'client ')"))
                .containsExactly("500");
        assertThat(shop.query("stage", "show work_mem")).containsExactly("5MB");
        assertThat(shop.query("postgres", "select 1 where has_database_privilege('public', 'stage', 'CONNECT')"))
                .isEmpty();
        assertThat(shop.query("postgres", LEFT)).isEmpty();
        DrillReport report = report(id);
        assertThat(report.kind()).isEqualTo("staging");
        assertThat(report.testDatabase()).isEqualTo("stage");
        assertThat(report.checks())
                .filteredOn(check -> check.outcome() == DrillCheck.Outcome.PASSED)
                .extracting(DrillCheck::name)
                .contains("rows", "schema", "mask", "nobody is known");
        assertThat(report.controls()).isNotEmpty().allMatch(NegativeControl::found);
    }

    @Test
    void aMaskThatFailsLeavesTheStagingDatabaseAsItWas() {
        backup("clumsy");

        String id = held("clumsy", "INCONCLUSIVE");

        given().get("/api/drills/" + id)
                .then()
                .body("reason.code", equalTo("CONFIG_INVALID"))
                .body("reason.object", equalTo("drill.staging.mask[0]"));
        assertThat(shop.query("stage", "select id from public.earlier")).containsExactly("1");
        assertThat(shop.query("postgres", LEFT)).isEmpty();
    }

    @Test
    void databasesThatAreNotStagingAreRefused() {
        refused("light", "names no staging database");
        refused("careless", "environment production");
        refused("bare", "masks nothing");
        refused("twin", "is the database of source");
        refused("hasty", "approval: none");
        post("/api/drills", "{\"source\": \"masked\", \"kind\": \"staging\", \"keep\": \"1h\"}")
                .statusCode(409);
    }

    @Test
    @Tag("slow")
    void statisticsOfAnEmptiedTableKeepNothing() {
        backup("emptied");

        held("emptied", "PASSED");

        assertThat(shop.query("stage", "select count(*) from app.tickets")).containsExactly("0");
        assertThat(shop.query("stage", "select attname from pg_stats where tablename = 'tickets'"))
                .isEmpty();
    }

    @Test
    void beforeItReplacesTheDatabaseTheCopyIsNobodyElses() {
        shop.sql("postgres", "create role shopkeeper", "alter database shop owner to shopkeeper");
        try {
            Manifest manifest = backup("masked");

            attempt(manifest, VerificationId.next(InstantSource.system()), copy -> {
                String database = copy.place().name();
                assertThat(shop.query(
                                "postgres",
                                "select has_database_privilege('shopkeeper', '" + database + "', 'CONNECT')"))
                        .containsExactly("f");
                assertThat(shop.query(database, "select attname from pg_stats where schemaname = 'app'"))
                        .isEmpty();
                return false;
            });
        } finally {
            shop.sql("postgres", "alter database shop owner to current_user", "drop role shopkeeper");
        }
    }

    @Test
    void theNextAttemptGivesTheDatabaseItsNameAndOpensIt() {
        Manifest manifest = backup("masked");
        VerificationId drill = VerificationId.next(InstantSource.system());
        String dead = new ScratchDatabaseName(ScratchDatabaseName.Purpose.STAGING, drill, 1).name();
        shop.sql(
                "postgres",
                "alter database stage rename to " + dead + "_old",
                "alter database " + dead + "_old allow_connections false",
                "create database " + dead);

        attempt(manifest, drill, false);

        assertThat(shop.query("stage", "select id from public.earlier")).containsExactly("1");
        assertThat(shop.query("postgres", LEFT)).isEmpty();
    }

    @Test
    void theNextAttemptDropsTheDatabaseThatWasReplaced() {
        Manifest manifest = backup("masked");
        VerificationId drill = VerificationId.next(InstantSource.system());
        String dead = new ScratchDatabaseName(ScratchDatabaseName.Purpose.STAGING, drill, 1).name();
        shop.sql("postgres", "create database " + dead + "_old");

        attempt(manifest, drill, true);

        assertThat(shop.query("stage", "select count(*) from app.clients")).containsExactly("500");
        assertThat(shop.query("postgres", LEFT)).isEmpty();
    }

    /** The second attempt at a drill, which masks nothing. */
    private void attempt(Manifest manifest, VerificationId drill, boolean accepted) {
        attempt(manifest, drill, copy -> accepted);
    }

    private void attempt(Manifest manifest, VerificationId drill, Function<RestoredCopy, Boolean> work) {
        stagingRestore.replace(
                new SourceConnector(
                                "stage",
                                Objects.requireNonNull(site.config().sources().get("stage")))
                        .restoring(),
                shop.vault,
                manifest,
                new StagingRestore.Attempt(
                        new ScratchDatabaseName(ScratchDatabaseName.Purpose.STAGING, drill, 2),
                        ids -> Set.of(),
                        () -> {}),
                TransferListener.NONE,
                work,
                result -> result);
    }

    private Manifest backup(String source) {
        return shop.backup(new SourceRef(
                shop.vault.findSource(source).orElseGet(() -> SourceId.next(InstantSource.system())), source));
    }

    private static void refused(String source, String why) {
        post("/api/drills", "{\"source\": \"" + source + "\", \"kind\": \"staging\"}")
                .statusCode(400)
                .body("code", equalTo("CONFIG_INVALID"))
                .body("detail", containsString(why));
    }

    private static String held(String source, String state) {
        String id = post("/api/drills", "{\"source\": \"" + source + "\", \"kind\": \"staging\"}")
                .statusCode(202)
                .extract()
                .path("id");
        await().atMost(Bus.PATIENCE.multipliedBy(4))
                .until(() -> List.of("PASSED", "FAILED", "INCONCLUSIVE")
                        .contains(given().get("/api/drills/" + id)
                                .then()
                                .extract()
                                .<String>path("state")));
        given().get("/api/drills/" + id)
                .then()
                .body("reason.message", state.equals("PASSED") ? nullValue() : anything());
        given().get("/api/drills/" + id).then().body("state", equalTo(state));
        return id;
    }

    private static DrillReport report(String id) {
        return DrillJson.read(given().get("/api/drills/" + id + "/report?format=json")
                .then()
                .statusCode(200)
                .extract()
                .asString());
    }

    private static ValidatableResponse post(String path, String body) {
        return given().contentType(ContentType.JSON).body(body).post(path).then();
    }
}
