package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is read and marked before a provider takes a server back. */
class RewindTargetTest {
    private final DatabaseAddress address = Databases.fresh();
    private final RewindTarget target = new RewindTarget(address, PasswordSupplier.none());
    private final UUID restore = UUID.randomUUID();

    @Test
    void theMarkIsOfOneRestoreAndMayBeSetAndRemovedTwice() {
        assertThat(target.isMarked(restore)).isFalse();

        target.mark(restore);
        target.mark(restore);

        assertThat(target.isMarked(restore)).isTrue();
        assertThat(target.isMarked(UUID.randomUUID())).isFalse();

        target.unmark(restore);
        target.unmark(restore);

        assertThat(target.isMarked(restore)).isFalse();
    }

    @Test
    void theMarkSurvivesACrashThoughTheDatabaseDoesNotWaitForItsCommits() {
        Databases.sql(
                address,
                "ALTER DATABASE " + address.database() + " SET synchronous_commit = off",
                "CREATE TABLE public.seen (setting text)",
                "CREATE FUNCTION public.see() RETURNS event_trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN INSERT INTO public.seen VALUES (current_setting('synchronous_commit')); END $$",
                "CREATE EVENT TRIGGER marked ON ddl_command_end EXECUTE FUNCTION public.see()");

        target.mark(restore);

        assertThat(Databases.query(address, "SELECT setting FROM public.seen")).containsExactly("on");
    }

    @Test
    void databasesAndSubscriptionsAreNamed() {
        String subscription = "rewind_" + restore.toString().substring(0, 8);
        Databases.sql(
                address,
                "CREATE SUBSCRIPTION \"" + subscription
                        + "\" CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)");
        try {
            RewindTarget.Server server = target.server();

            assertThat(server.subscriptions()).contains(subscription);
            assertThat(server.databases()).contains(address.database()).doesNotContain("template1");
            assertThat(server.newestCommit())
                    .as("the server does not track times of commits")
                    .isNull();
        } finally {
            Databases.sql(
                    address,
                    "ALTER SUBSCRIPTION \"" + subscription + "\" SET (slot_name = NONE)",
                    "DROP SUBSCRIPTION \"" + subscription + "\"");
        }
    }
}
