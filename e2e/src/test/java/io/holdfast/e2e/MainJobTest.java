package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.Service;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedRig.class)
class MainJobTest {
    private final Rig rig;

    MainJobTest(Rig rig) {
        this.rig = rig;
    }

    @Test
    void aRequestOnKafkaBecomesAProvenBackupAndALostDatabaseComesBackEqual() {
        String before = rig.sources.summary(Rig.SHOP);

        Bus.Heard completed = rig.await("BackupCompleted", rig.requestBackup(Rig.SHOP));
        String backup = completed.text("backupId");
        Bus.Heard proven = rig.await("BackupProven", completed.correlationId());
        rig.sources.run(Rig.SHOP, "delete from item where id % 3 = 0", "update customer set name = 'garbled'");
        Bus.Heard restored = rig.await("RestoreCompleted", rig.requestRestore(Rig.SHOP, "shop_restored"));

        assertThat(proven.text("backupId")).isEqualTo(backup);
        assertThat(completed.data().path("totals").path("rows").asLong()).isEqualTo(300_500);
        assertThat(restored.text("backupId")).isEqualTo(backup);
        assertThat(rig.sources.summary("shop_restored")).isEqualTo(before);
        assertThat(rig.sources.summary(Rig.SHOP)).isNotEqualTo(before);
        assertThat(rig.sources.databases()).noneMatch(name -> name.startsWith("holdfast_restore_"));
        everybodyHeardOnce(backup, restored.text("restoreId"));
    }

    private void everybodyHeardOnce(String backup, String restore) {
        Rig.patiently().untilAsserted(() -> {
            assertThat(rig.messages("slack", backup)).hasSizeGreaterThanOrEqualTo(2);
            assertThat(rig.messages("mail", restore)).hasSize(1);
            assertThat(rig.messages("slack", restore)).hasSize(1);
        });
        Rig.patiently().untilAsserted(() -> {
            assertThat(Rig.items(rig.url(Service.AUDIT), "/api/activity?limit=200"))
                    .extracting(activity -> activity.path("action").asText())
                    .contains("database_backup_created", "database_restored");
            assertThat(rig.gaps()).isEmpty();
        });
    }

    @Test
    void aSecondBackupOfAnUnchangedSourceStoresAlmostNothing() {
        Bus.Heard first = rig.await("BackupCompleted", rig.requestBackup(Rig.SHOP));

        Bus.Heard second = rig.await("BackupCompleted", rig.requestBackup(Rig.SHOP));

        JsonNode firsts = first.data().path("totals");
        JsonNode seconds = second.data().path("totals");
        assertThat(seconds.path("storedBytes").asLong())
                .isLessThan((firsts.path("storedBytes").asLong()
                                + firsts.path("reusedBytes").asLong())
                        / 50);
    }

    @Test
    void theSameRequestTwiceIsOneBackup() {
        var data = Rest.JSON.createObjectNode().put("source", Rig.SHOP);
        String id = "twice-" + System.nanoTime();
        String topic = "holdfast.backup.requests.v1";

        rig.bus.publish(topic, "BackupRequested", id, data, Map.of());
        rig.await("BackupCompleted", id);
        rig.bus.publish(topic, "BackupRequested", id, data, Map.of());
        rig.bus.publish(topic, "BackupRequested", id + "-after", data, Map.of());
        rig.await("BackupCompleted", id + "-after");

        assertThat(Rig.items(rig.url(Service.BACKUP), "/api/backups?correlation=" + id))
                .hasSize(1);
    }
}
