package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class CancellationTest extends Service {

    @Test
    void aRunningBackupStopsSoonAndLeavesTheVaultAsItWas() {
        Backups.stored("shop");
        List<String> before =
                bed.keys().stream().filter(key -> !key.contains("/chunks/")).toList();
        String id = running();

        Backups.cancel(id).then().statusCode(202).body("id", equalTo(id));

        Backups.await(id, "CANCELLED");
        Bus.Heard cancelled = bus.await(event ->
                event.type().equals("BackupCancelled") && id.equals(event.data().getString("backupId")));
        assertThat(cancelled.data().getString("cancelledBy")).isEqualTo("/api/backups/cancellation");
        assertThat(bed.keys().stream().filter(key -> !key.contains("/chunks/"))).isEqualTo(before);
    }

    @Test
    void aWaitingBackupIsCancelledAtOnceThoughAllWorkersAreBusy() {
        String first = running();
        String second = running();
        String waiting = Backups.request("shop");

        Backups.cancel(waiting).then().statusCode(202).body("state", equalTo("CANCELLED"));

        assertThat(Backups.get(first).getString("state")).isEqualTo("RUNNING");
        assertThat(Backups.get(second).getString("state")).isEqualTo("RUNNING");
        Backups.cancel(first);
        Backups.cancel(second);
        Backups.await(second, "CANCELLED");
        bus.await(event -> event.type().equals("BackupCancelled")
                && waiting.equals(event.data().getString("backupId")));
        Backups.stored("shop"); // the workers are free again and have nothing to do with the cancelled one
        assertThat(bus.about(waiting)).extracting(Bus.Heard::type).containsExactly("BackupCancelled");
    }

    @Test
    void aStoredBackupCannotBeCancelled() {
        String id = Backups.stored("shop");

        Backups.cancel(id).then().statusCode(409).body("code", equalTo("REQUEST_CONFLICT"));

        assertThat(Backups.get(id).getString("state")).isEqualTo("STORED");
    }

    @Test
    void aCancellationOverKafkaIsTheSame() {
        String id = running();
        String cancel = "{\"backupId\":\"" + id + "\"}";
        String unsigned = "cancel-" + UUID.randomUUID();

        bus.ask(unsigned, "BackupCancellationRequested", cancel);

        Bus.Heard refused =
                bus.awaitMany(1, event -> unsigned.equals(event.correlation())).getFirst();
        assertThat(refused.type()).isEqualTo("RequestRejected");
        assertThat(refused.data().getString("reason.code")).isEqualTo("REQUEST_FORBIDDEN");
        assertThat(Backups.get(id).getString("state")).isEqualTo("RUNNING");
        bus.askSigned(bed.deployment, "cancel-" + UUID.randomUUID(), "BackupCancellationRequested", cancel);
        Backups.await(id, "CANCELLED");
    }

    @Test
    void cancellingTwiceIsCancellingOnce() {
        String id = running();

        Backups.cancel(id).then().statusCode(202);
        Backups.await(id, "CANCELLED");
        Backups.cancel(id).then().statusCode(202);

        assertThat(bus.awaitMany(2, event -> id.equals(event.data().getString("backupId"))))
                .extracting(Bus.Heard::type)
                .containsExactly("BackupStarted", "BackupCancelled");
    }

    @Test
    void aCancelledBackupLeavesNothingOnTheSource() {
        String id = running();

        Backups.cancel(id);
        Backups.await(id, "CANCELLED");

        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(bed.query(
                                "postgres", "select application_name from pg_stat_activity where datname = 'slow'"))
                        .isEmpty());
    }

    /** A backup in the middle of its rows. */
    private static String running() {
        String id = Backups.request("slow");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> Backups.get(id).get("progress.doneBytes"), Integer.class::isInstance);
        return id;
    }
}
