package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.Service;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The service that replaces a live database is killed before and in the middle of the switch, and of its rollback. */
@Tag("slow")
@ExtendWith(SharedRig.class)
class KilledSwitchTest {
    private final Rig rig;

    KilledSwitchTest(Rig rig) {
        this.rig = rig;
    }

    @Test
    void theDatabaseIsReplacedOnceAndRolledBackOnce() throws SQLException {
        String good = rig.sources.summary(Rig.DESK);
        rig.await("BackupProven", rig.requestBackup(Rig.DESK));
        rig.sources.run(Rig.DESK, "delete from item where id % 3 = 0", "update customer set name = 'garbled'");
        String garbled = rig.sources.summary(Rig.DESK);

        String restore = replaceKilled();
        assertThat(rig.sources.summary(Rig.DESK)).isEqualTo(good);

        rollBackKilled(restore);
        assertThat(rig.sources.summary(Rig.DESK)).isEqualTo(garbled);
        List<String> once = List.of("RestoreStarted", "RestoreSwitched", "RestoreRolledBack");
        Rig.patiently()
                .until(() -> !rig.bus
                        .distinct("RestoreRolledBack", "restoreId", restore)
                        .isEmpty());
        assertThat(once)
                .allSatisfy(type ->
                        assertThat(rig.bus.distinct(type, "restoreId", restore)).hasSize(1));
    }

    private String replaceKilled() throws SQLException {
        long live = rig.sources.oid(Rig.DESK);
        String restore;
        try (Connection held = rig.sources.holding(Rig.DESK)) {
            restore = rig.replace(Rig.DESK);
            rig.awaitRestore(restore, "LOADING", "CHECKING", "SWITCHING");
            rig.servicePlatform.kill(Service.RESTORE);
            rig.servicePlatform.restart(Service.RESTORE);
            killWhileItWaits();
            assertThat(rig.sources.oid(Rig.DESK)).isEqualTo(live);
            held.rollback();
        }
        rig.servicePlatform.restart(Service.RESTORE);
        rig.awaitRestore(restore, "WATCHING");
        assertThat(rig.sources.oid(Rig.DESK)).isNotEqualTo(live);
        return restore;
    }

    private void rollBackKilled(String restore) throws SQLException {
        try (Connection held = rig.sources.holding(Rig.DESK)) {
            Rest.Answer answer = Rest.post(rig.url(Service.RESTORE), "/api/restores/" + restore + "/rollback", "{}");
            assertThat(answer.status()).as("%s", answer.body()).isLessThan(300);
            killWhileItWaits();
            held.rollback();
        }
        rig.servicePlatform.restart(Service.RESTORE);
        rig.awaitRestore(restore, "ROLLED_BACK");
    }

    /** For the lock that the test holds: the live database is closed, and keeps its name. */
    private void killWhileItWaits() {
        Rig.patiently().until(rig.sources::somebodyWaitsForADatabase);
        rig.servicePlatform.kill(Service.RESTORE);
    }
}
