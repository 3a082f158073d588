package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.Service;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The service that writes into a live database is killed while it waits for the safety backup, and in mid-writing. */
@Tag("slow")
@ExtendWith(SharedRig.class)
class KilledInPlaceTest {
    private final Rig rig;

    KilledInPlaceTest(Rig rig) {
        this.rig = rig;
    }

    @Test
    void garbledRowsAreMadeGoodAfterOneSafetyBackup() throws SQLException {
        rig.await("BackupProven", rig.requestBackup(Rig.TILL));
        String good = rig.sources.summary(Rig.TILL);
        rig.sources.run(Rig.TILL, "update customer set name = 'garbled' where id % 2 = 0");
        String garbled = rig.sources.summary(Rig.TILL);

        String restore = mergeKilled(garbled);

        assertThat(rig.sources.summary(Rig.TILL)).isEqualTo(good);
        rig.await("BackupProven", rig.requestBackup(Rig.TILL)); // after whatever was asked for before
        assertThat(rig.bus.distinct("BackupCompleted", "kind", "SAFETY"))
                .filteredOn(backup -> backup.data().toString().contains(restore))
                .extracting(
                        backup -> backup.data().path("totals").path("tables").asInt())
                .as("one, and of what was written")
                .containsExactly(1);
    }

    private String mergeKilled(String garbled) throws SQLException {
        String restore;
        rig.servicePlatform.pause(Service.BACKUP);
        try (Connection held = rig.sources.holdingRow(Rig.TILL, "customer where id = 100")) {
            restore = rig.merge(Rig.TILL, "customer");
            rig.awaitRestore(restore, "SAFETY");
            rig.servicePlatform.kill(Service.RESTORE);
            rig.servicePlatform.restart(Service.RESTORE);
            rig.servicePlatform.resume(Service.BACKUP);
            Rig.patiently().until(() -> rig.sources.somebodyWaitsForARowOf(Rig.TILL));
            rig.servicePlatform.kill(Service.RESTORE);
            assertThat(rig.sources.summary(Rig.TILL)).isEqualTo(garbled);
            held.rollback();
        } finally {
            rig.servicePlatform.resume(Service.BACKUP);
        }
        rig.servicePlatform.restart(Service.RESTORE);
        rig.awaitRestore(restore, "WATCHING");
        return restore;
    }
}
