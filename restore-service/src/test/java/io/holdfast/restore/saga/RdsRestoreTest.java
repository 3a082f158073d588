package io.holdfast.restore.saga;

import static io.holdfast.restore.saga.Asking.accepted;
import static io.holdfast.restore.saga.Asking.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.restore.domain.RestoreState;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A database of Amazon RDS goes back to an instant by a new instance, and no instance outlives its restore. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class RdsRestoreTest {
    private static final SourceRef INSTANCED = new SourceRef(SourceId.next(InstantSource.system()), "instanced");
    private static final SourceRef CLUSTERED = new SourceRef(SourceId.next(InstantSource.system()), "clustered");

    @Inject
    Shop shop;

    @Inject
    Site site;

    @Inject
    WatchedRestores watched;

    private Instant before = Instant.EPOCH;

    /** Three orders were placed until the instant; then a migration dropped their customers. */
    @BeforeEach
    void migrateBadly() {
        shop.sql(
                "postgres",
                "drop database if exists instanced with (force)",
                "create database instanced template template0");
        shop.sql(
                "instanced",
                "create table placed (id int primary key, customer text not null)",
                "insert into placed select g, 'c' || g from generate_series(1, 3) g");
        before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        site.instanceStates.await("instanced", before);
        shop.sql("instanced", "alter table placed drop column customer", "insert into placed values (4), (5)");
        site.instanceStates.await("instanced", before.plusSeconds(1));
        shop.backup("instanced", INSTANCED);
        Awaitility.await().until(() -> Instant.now().isAfter(before.plusSeconds(2)));
        site.rds.requests();
    }

    @Test
    void theRowsOfTheInstantAreRestoredBesideByOneInstanceThoughTheWorkerFell() {
        watched.at(RestoreState.LOADING, restore -> {
            throw new IllegalStateException("a test makes the worker fall after the capture");
        });

        String id = accepted("instanced", "instanced_before", at(before), "instanced");
        JsonPath restore = ended(id);

        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("COMPLETED");
        assertThat(Instant.parse(restore.getString("snapshotAt"))).isEqualTo(before);
        assertThat(shop.query("instanced_before", "select customer from placed order by id"))
                .containsExactly("c1", "c2", "c3");
        assertThat(shop.query("instanced", "select count(*) from placed")).containsExactly("5");
        assertThat(site.rds.requests())
                .filteredOn(action -> action.startsWith("Restore") || action.startsWith("Delete"))
                .containsExactly("RestoreDBInstanceToPointInTime", "DeleteDBInstance");
        assertThat(site.rds.billed()).doesNotContain(copy(id));
        assertThat(restore.prettify()).doesNotContain("secret-of-rds").doesNotContain(site.rds.accessKey());
    }

    @Test
    void theLiveDatabaseIsReplacedByTheOneBeforeTheMigration() {
        String id = Desk.replacing("instanced", at(before));

        Desk.awaitState(id, RestoreState.WATCHING, RestoreState.FAILED);
        assertThat(Asking.state(id)).as(Asking.shown(id).prettify()).isEqualTo("WATCHING");
        assertThat(shop.query("instanced", "select customer from placed order by id"))
                .containsExactly("c1", "c2", "c3");
        assertThat(site.rds.billed()).doesNotContain(copy(id));
    }

    @Test
    @Tag("slow")
    void corruptRowsOfAuroraAreRestoredBesideByAClusterWithAnInstance() {
        shop.sql("instanced", "update placed set id = -id");
        shop.backup("instanced", CLUSTERED);

        String id = accepted("clustered", "clustered_before", at(before), "clustered");
        JsonPath restore = ended(id);

        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("COMPLETED");
        assertThat(shop.query("clustered_before", "select id from placed order by id"))
                .containsExactly("1", "2", "3");
        assertThat(site.rds.requests())
                .filteredOn(action -> !action.startsWith("Describe"))
                .containsExactly(
                        "RestoreDBClusterToPointInTime", "CreateDBInstance", "DeleteDBInstance", "DeleteDBCluster");
        assertThat(site.rds.billed()).doesNotContain(copy(id), copy(id) + "-1");
    }

    @Test
    void anInstanceThatAmazonCannotMakeFailsTheRestoreAndIsDeleted() {
        site.rds.failNext("incompatible-network");

        String id = accepted("instanced", "instanced_never", at(before), "instanced");
        JsonPath restore = ended(id);

        assertThat(restore.getString("reason.code")).as(restore.prettify()).isEqualTo("SOURCE_UNSUPPORTED");
        assertThat(restore.getString("reason.message")).contains("incompatible-network");
        assertThat(site.rds.billed()).doesNotContain(copy(id));
    }

    @Test
    void anInstantOutsideTheWindowIsRefusedWithIt() {
        Instant early = before.minus(Duration.ofDays(8));

        JsonPath restore = ended(accepted("instanced", "instanced_early", at(early), "instanced"));

        assertThat(restore.getString("reason.code")).as(restore.prettify()).isEqualTo("POINT_NOT_COVERED");
        assertThat(restore.getString("reason.message")).contains("keeps the instants from");
        assertThat(site.rds.requests()).allMatch(action -> action.startsWith("Describe"));
    }

    @Test
    @Tag("slow")
    void thePlanNamesClassAndCostAndTheNextRestoreDeletesInstancesOfEndedOnes() {
        String planned = accepted("instanced", "instanced_planned", at(before) + ",\"dryRun\":true", "instanced");
        Desk.awaitState(planned, RestoreState.PLANNED);
        assertThat(Asking.shown(planned).getList("plan.lines").toString())
                .contains("RDS instance " + copy(planned))
                .contains("keeps the instants from")
                .contains("creates an instance of class db.m6g.large");
        String unknown = UUID.randomUUID().toString();
        site.rds.foreignInstance(copy(planned), tags(planned));
        site.rds.foreignInstance(copy(unknown), tags(unknown));

        String id = accepted("instanced", "instanced_again", at(before), "instanced");
        JsonPath restore = ended(id);

        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("COMPLETED");
        assertThat(site.rds.billed())
                .as("a restore that is not known here may be of another installation")
                .contains(copy(unknown))
                .doesNotContain(copy(planned), copy(id));
    }

    private static Map<String, String> tags(String restore) {
        return Map.of(
                "holdfast:source",
                INSTANCED.id().toString(),
                "holdfast:restore",
                restore,
                "holdfast:expires",
                Instant.now().plus(Duration.ofHours(1)).toString());
    }

    private static String at(Instant instant) {
        return ",\"at\":\"" + instant + "\",\"pointInTime\":true";
    }

    private static String copy(String restore) {
        return "holdfast-" + restore;
    }
}
