package io.holdfast.restore.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.CheckResult.Outcome;
import io.holdfast.contracts.LiveData;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.vault.format.Manifest;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Findings about the data that are known when a backup is proven. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class KnownFindingsTest {
    private static final String NOT_VALID = "constraint positive of people is not validated";

    @Inject
    Shop shop;

    @Inject
    Desk desk;

    @Inject
    Site site;

    @Inject
    Bus bus;

    @BeforeEach
    void reset() {
        site.application.reset();
        desk.garbledAfterBackup(Desk.DESK);
    }

    /** A backup of the database with a constraint and a foreign key that its rows violate. */
    private Manifest backupOfUnvalidated() {
        shop.sql("postgres", "drop database desk with (force)", "create database desk template template0");
        shop.sql(
                "desk",
                "create table people (id int primary key, name text not null)",
                "create table notes (id serial primary key, of int not null, body text)",
                "insert into people select g, 'name ' || g from generate_series(1, 100) g",
                "insert into notes (of, body) select 1 + g % 101, md5(g::text) from generate_series(1, 1000) g",
                "alter table people add constraint positive check (id > 1) not valid",
                "alter table notes add foreign key (of) references people not valid");
        return shop.backup("desk", Desk.DESK);
    }

    @Test
    @Tag("slow")
    void aDatabaseWithUnvalidatedConstraintsIsReplacedBecauseItsSourceWasSo() {
        Manifest manifest = backupOfUnvalidated();
        shop.proven(
                Desk.DESK,
                manifest,
                new CheckResult("foreign keys", Outcome.FAILED, "1 of 1 have rows without a parent"),
                new CheckResult("constraints", Outcome.FAILED, NOT_VALID),
                new CheckResult("nobody is 777", Outcome.PASSED, null));
        shop.sql("desk", "delete from notes");

        String id = Desk.replacing("desk", "");

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(shop.query("desk", "select count(*) from notes")).containsExactly("1000");
        JsonPath restore = Asking.shown(id);
        assertThat(restore.<Map<String, String>>getList("checks"))
                .filteredOn(check -> "FAILED".equals(check.get("outcome")))
                .extracting(check -> check.get("name"))
                .containsExactlyInAnyOrder("foreign keys", "constraints");
        assertThat(restore.getList("plan.lines", String.class))
                .anySatisfy(line ->
                        assertThat(line).contains("\"constraints\"", NOT_VALID, "source was so", "restore continues"))
                .anySatisfy(line -> assertThat(line).contains("\"nobody is 777\"", "PASSED"));
    }

    @Test
    @Tag("slow")
    void aCheckThatFailedInTheProofIsInThePlanBeforeAnythingIsLoaded() {
        shop.sql("desk", "insert into people values (777, 'known')");
        Manifest manifest = shop.backup("desk", Desk.DESK);
        shop.proven(Desk.DESK, manifest, new CheckResult("nobody is 777", Outcome.FAILED, "the answer is 1"));

        String planned = Desk.replacing("desk", ",\"dryRun\":true");
        Desk.awaitState(planned, RestoreState.PLANNED);
        String refused = Desk.replacing("desk", "");
        Desk.awaitState(refused, RestoreState.FAILED);

        assertThat(Asking.shown(planned).getList("plan.problems.message", String.class))
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .contains("\"nobody is 777\"", "FAILED", "the answer is 1", "--despite-checks"));
        assertThat(Asking.shown(refused).getString("reason.code")).isEqualTo("CHECKS_FAILED");
        assertThat(Asking.shown(refused).getList("steps.name")).isEqualTo(List.of("preflight"));
        assertFailed(refused, false);
    }

    @Test
    @Tag("slow")
    void aRequestWithAnUnknownLabelIsRefusedAndNoFailureOfTheRestore() {
        String id = Desk.replacing("desk", ",\"label\":\"befor-migration\"");

        Desk.awaitState(id, RestoreState.FAILED);
        assertThat(Asking.shown(id).getString("reason.code")).isEqualTo("BACKUP_NOT_USABLE");
        assertFailed(id, true);
    }

    private void assertFailed(String id, boolean refused) {
        var event = bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Failed.class,
                failed -> failed.restoreId().toString().equals(id));
        assertThat(event.refused()).isEqualTo(refused);
        assertThat(event.live()).isEqualTo(LiveData.UNTOUCHED);
        assertThat(event.database()).isEqualTo("desk");
        assertThat(event.server()).isEqualTo("127.0.0.1:" + site.target.port());
        assertThat(Asking.shown(id).getString("live")).isEqualTo("UNTOUCHED");
    }

    @Test
    void aRestoreDespiteChecksContinuesAndReportsThem() {
        shop.sql("desk", "insert into people values (777, 'known')");
        Manifest manifest = shop.backup("desk", Desk.DESK);
        shop.proven(Desk.DESK, manifest, new CheckResult("nobody is 777", Outcome.FAILED, "the answer is 1"));

        String id = Desk.replacing("desk", ",\"despiteChecks\":true");

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(Asking.shown(id).<Map<String, String>>getList("checks"))
                .anySatisfy(check ->
                        assertThat(check).containsEntry("name", "nobody is 777").containsEntry("outcome", "FAILED"));
    }

    @Test
    @Tag("slow")
    void aRestoreShowsTheComparisonOfEachTable() {
        String id = Desk.replacing("desk", "");

        Desk.awaitState(id, RestoreState.WATCHING);
        JsonPath restore = Asking.shown(id);
        assertThat(restore.getInt("comparedTables")).isEqualTo(2);
        assertThat(restore.getInt("differentTables")).isZero();
        assertThat(restore.<Map<String, Object>>getList("tableResults"))
                .hasSize(2)
                .allSatisfy(table -> {
                    assertThat(table).containsEntry("equal", true).containsEntry("copyRows", table.get("rows"));
                    assertThat(table.get("fingerprint")).isNotNull().isEqualTo(table.get("copyFingerprint"));
                });
        assertThat(restore.getList("tableResults.name")).isEqualTo(List.of("public.notes", "public.people"));
    }
}
