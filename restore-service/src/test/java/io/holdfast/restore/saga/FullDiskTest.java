package io.holdfast.restore.saga;

import static io.holdfast.restore.saga.Asking.accepted;
import static io.holdfast.restore.saga.Asking.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.vault.format.Manifest;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A target that runs full while it is written to. Its server says so itself, wherever this function is called. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class FullDiskTest {
    private static final String NO_ROOM = """
            create function room(int) returns boolean immutable language plpgsql as $$ begin
              if current_database() like 'holdfast_%%' or %s then
                raise exception using errcode = 'disk_full', hint = 'Check free disk space.',
                  message = 'could not extend file "base/1/2": wrote only 4096 of 8192 bytes at block 7';
              end if;
              return true;
            end $$""";

    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Inject
    Desk desk;

    @Inject
    Site site;

    @BeforeEach
    void nothingWasToldYet() {
        site.application.reset();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rows | create table heap (id int check (room(id)))",
                "indexes | create table heap (id int); create index on heap (room(id))"
            })
    void itIsNamedAndNothingIsLeft(String when, String table) {
        String name = "full_of_" + when;
        var source = new SourceRef(SourceId.next(InstantSource.system()), name);
        shop.sql("postgres", "create database " + name);
        shop.sql(name, NO_ROOM.formatted("false"), table, "insert into heap select generate_series(1, 9)");
        Manifest manifest = shop.backup(name, source);
        List<String> before = shop.settledDatabases();

        JsonPath restore = ended(accepted(name, name + "_again", ",\"backup\":\"" + manifest.backup() + "\""));

        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("FAILED");
        assertThat(restore.getString("reason.code")).as(restore.prettify()).isEqualTo("TARGET_DISK_FULL");
        assertThat(bus.await(
                                Topic.RESTORE_EVENTS,
                                RestoreEvent.Failed.class,
                                event -> event.restoreId().toString().equals(restore.getString("id")))
                        .reason()
                        .code())
                .isEqualTo(FailureCode.TARGET_DISK_FULL);
        assertThat(shop.settledDatabases()).isEqualTo(before);
    }

    @Test
    void inPlaceItLeavesTheLiveRowsAsTheyWere() {
        desk.garbledAfterBackup(Desk.DESK);
        shop.sql(
                "desk",
                NO_ROOM.formatted("current_setting('application_name') like 'holdfast/%'"),
                "alter table people add check (id <> 40 or room(id)) not valid");

        JsonPath restore = ended(Desk.merging(",\"withoutSafety\":\"a test\",\"tables\":[\"people\"]"));

        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("FAILED");
        assertThat(restore.getString("reason.code")).as(restore.prettify()).isEqualTo("TARGET_DISK_FULL");
        assertThat(restore.getList("steps.name")).contains("applying");
        assertThat(desk.content("desk")).isEqualTo("garbled");
        assertThat(shop.query("desk", "select nspname from pg_namespace where nspname like 'holdfast%'"))
                .isEmpty();
        assertThat(site.application.told).containsExactly("on", "off");
    }
}
