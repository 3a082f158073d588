package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.Service;
import io.holdfast.devstack.ServicePlatform;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each service is killed in the middle of its work; everything still happens, and once. */
@ExtendWith(SharedRig.class)
class KilledServicesTest {
    private static final Duration LEASE = Duration.ofSeconds(8);

    private final Rig rig;

    KilledServicesTest(Rig rig) {
        this.rig = rig;
    }

    @AfterEach
    void theActivityHasNoGap() {
        Rig.patiently().untilAsserted(() -> assertThat(rig.gaps()).isEmpty());
    }

    @Test
    void aBackupServiceThatIsKilledWhileItReadsStillMakesOneBackup() {
        String request = rig.requestBackup(Rig.SLOW);
        String backup = rig.await("BackupStarted", request).text("backupId");
        rig.awaitProgress("BACKUP", backup);

        rig.servicePlatform.kill(Service.BACKUP);
        rig.servicePlatform.restart(Service.BACKUP);

        rig.await("BackupProven", request);
        exactlyOneBackup(backup);
    }

    @Test
    void aBackupServiceThatWakesUpAfterItsLeaseFindsItsJobTaken() throws IOException {
        try (ServicePlatform other = rig.replica(Service.BACKUP)) {
            String request = rig.requestBackup(Rig.SLOW);
            String backup = rig.await("BackupStarted", request).text("backupId");
            rig.awaitProgress("BACKUP", backup);

            // one of the two holds the job: whichever it is sleeps through its lease, the other takes over
            rig.servicePlatform.pause(Service.BACKUP);
            Instant asleep = Instant.now();
            Rig.patiently().until(() -> Instant.now().isAfter(asleep.plus(LEASE.multipliedBy(2))));
            rig.servicePlatform.resume(Service.BACKUP);

            rig.await("BackupProven", request);
            exactlyOneBackup(backup);
            assertThat(other.isRunning(Service.BACKUP)).isTrue();
        }
    }

    @Test
    @Tag("slow")
    void aVerifierThatIsKilledWhileItProvesStillLeavesOneProof() {
        String request = rig.requestBackup(Rig.SHOP);
        String verification = rig.await("VerificationStarted", request).text("verificationId");
        rig.awaitProgress("VERIFICATION", verification);

        rig.servicePlatform.kill(Service.VERIFIER);
        rig.servicePlatform.restart(Service.VERIFIER);

        String backup = rig.await("BackupProven", request).text("backupId");
        assertThat(rig.bus.distinct("VerificationPassed", "backupId", backup)).hasSize(1);
        assertThat(rig.bus.distinct("BackupProven", "backupId", backup)).hasSize(1);
    }

    @Test
    void aRestoreServiceThatIsKilledWhileItLoadsStillRestoresOnce() {
        String before = rig.sources.summary(Rig.SHOP);
        rig.await("BackupProven", rig.requestBackup(Rig.SHOP));
        String request = rig.requestRestore(Rig.SHOP, "after_the_kill");
        String restore = rig.await("RestoreStarted", request).text("restoreId");
        rig.awaitProgress("RESTORE", restore);

        rig.servicePlatform.kill(Service.RESTORE);
        rig.servicePlatform.restart(Service.RESTORE);

        rig.await("RestoreCompleted", request);
        assertThat(rig.bus.distinct("RestoreCompleted", "restoreId", restore)).hasSize(1);
        assertThat(rig.sources.summary("after_the_kill")).isEqualTo(before);
        Rig.patiently()
                .untilAsserted(() ->
                        assertThat(rig.sources.databases()).noneMatch(name -> name.startsWith("holdfast_restore_")));
        Rig.patiently()
                .untilAsserted(() -> assertThat(rig.messages("slack", restore)).hasSize(1));
    }

    @Test
    @Tag("slow")
    void aNotifierThatIsKilledBetweenAttemptsTellsEachChannelOnce() {
        refuseMessages(-1);
        String request = rig.requestBackup(Rig.SHOP);
        String backup = rig.await("BackupCompleted", request).text("backupId");
        Rig.patiently()
                .until(() -> Rig.items(rig.url(Service.NOTIFIER), "/api/deliveries?limit=200").stream()
                        .anyMatch(delivery -> delivery.path("attempts").asInt() > 0
                                && delivery.path("state").asText().equals("PENDING")));

        rig.servicePlatform.kill(Service.NOTIFIER);
        refuseMessages(0);
        rig.servicePlatform.restart(Service.NOTIFIER);

        rig.await("BackupProven", request);
        Rig.patiently().untilAsserted(() -> {
            assertThat(rig.messages("slack", backup)).hasSize(2); // completed, proven
            assertThat(rig.messages("mail", backup)).hasSize(2);
        });
    }

    @Test
    @Tag("slow")
    void anAuditServiceThatIsKilledMissesNothing() {
        String request = rig.requestBackup(Rig.SHOP);
        String backup = rig.await("BackupStarted", request).text("backupId");

        rig.servicePlatform.kill(Service.AUDIT);
        rig.await("BackupProven", request);
        rig.servicePlatform.restart(Service.AUDIT);

        Rig.patiently()
                .untilAsserted(() -> assertThat(Rig.items(rig.url(Service.AUDIT), "/api/activity?limit=200"))
                        .filteredOn(activity -> activity.toString().contains(backup))
                        .extracting(activity -> activity.path("eventType").asText())
                        .filteredOn(type -> !type.contains("Notification"))
                        .containsExactlyInAnyOrder(
                                "io.holdfast.OperationPerformed.v1", // the accepted request
                                "io.holdfast.BackupStarted.v1",
                                "io.holdfast.BackupCompleted.v1",
                                "io.holdfast.VerificationStarted.v1",
                                "io.holdfast.VerificationPassed.v1",
                                "io.holdfast.BackupProven.v1"));
    }

    private void exactlyOneBackup(String backup) {
        assertThat(rig.bus.distinct("BackupStarted", "backupId", backup)).hasSize(1);
        assertThat(rig.bus.distinct("BackupCompleted", "backupId", backup)).hasSize(1);
        assertThat(rig.bus.distinct("BackupProven", "backupId", backup)).hasSize(1);
        assertThat(rig.bus.distinct("BackupFailed", "backupId", backup)).isEmpty();
        Rig.patiently().untilAsserted(() -> {
            assertThat(rig.messages("slack", backup)).hasSize(2); // completed, proven
            assertThat(rig.messages("mail", backup)).hasSize(2);
        });
    }

    /** @param times negative: all, until told otherwise */
    private void refuseMessages(int times) {
        Rest.post(
                URI.create(rig.addresses().catcher().http()),
                "/behaviour",
                "{\"kind\":\"any\",\"status\":503,\"times\":" + times + ",\"retryAfter\":0}");
    }
}
