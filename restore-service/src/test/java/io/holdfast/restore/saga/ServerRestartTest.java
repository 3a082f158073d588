package io.holdfast.restore.saga;

import static io.holdfast.restore.saga.Asking.accepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.vault.format.Manifest;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The server that is restored to falls in the middle, and with it every session: the service's own tables are there too. A
 * server process that is killed makes PostgreSQL end all others, recover from its log and open again.
 */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class ServerRestartTest {
    /** A copy takes its time over each row, the source does not. */
    private static final String SLOW = """
            create function slow(int) returns boolean immutable language plpgsql as $$ begin
              if current_database() like 'holdfast_%' then perform pg_sleep(0.1); end if;
              return true;
            end $$""";

    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Test
    void whatWasBeingLoadedIsLoadedAgain() {
        var source = new SourceRef(SourceId.next(InstantSource.system()), "fallen");
        shop.sql("postgres", "create database fallen");
        shop.sql(
                "fallen",
                SLOW,
                "create table heap (id int check (slow(id)))",
                "insert into heap select generate_series(1, 20)");
        Manifest manifest = shop.backup("fallen", source);
        List<String> before = shop.settledDatabases();
        String id = accepted("fallen", "fallen_again", ",\"backup\":\"" + manifest.backup() + "\"");

        kill(loader());

        await().atMost(Bus.PATIENCE)
                .ignoreExceptionsInstanceOf(UncheckedIOException.class) // its state cannot be told for a while
                .until(() -> Asking.state(id).equals("COMPLETED"));
        assertThat(Asking.shown(id).getList("steps.name")).containsSubsequence("loading", "loading");
        assertThat(shop.query("fallen_again", "select count(*) || ' ' || sum(id) from heap"))
                .isEqualTo(List.of("20 210"));
        assertThat(shop.settledDatabases())
                .filteredOn(name -> !before.contains(name))
                .singleElement()
                .satisfies(name -> assertThat(name).startsWith("fallen_again "));
        bus.awaitOnce(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Completed.class,
                event -> event.restoreId().toString().equals(id));
    }

    /** By the server itself, which may be in a container. What was committed before is on its disk. */
    private void kill(long process) {
        try {
            shop.sql("postgres", "checkpoint", "copy (select 1) to program 'kill -9 " + process + "'");
        } catch (AssertionError e) {
            // this session fell with all others; whether they did, the steps of the restore say
        }
    }

    /** The server's process that takes the rows in. */
    private long loader() {
        List<String> found = await().atMost(Bus.PATIENCE)
                .until(
                        () -> shop.query(
                                "postgres",
                                "select pid::text from pg_stat_activity where datname like 'holdfast_%'"
                                        + " and wait_event = 'PgSleep'"),
                        pids -> !pids.isEmpty());
        return Long.parseLong(found.getFirst());
    }
}
