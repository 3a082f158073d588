package io.holdfast.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.vault.Manifest;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A machine on which no scratch cluster can be made. */
@QuarkusTest
@TestProfile(NoScratchTest.Nowhere.class)
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "verifier"))
class NoScratchTest {
    public static class Nowhere implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("holdfast.scratch.directory", "/proc/nowhere");
        }
    }

    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Test
    void saysSoAndNothingOfTheBackup() {
        Manifest manifest = shop.backup(Shop.SHOP);

        bus.send(
                Topic.BACKUP_EVENTS,
                Shop.completed(Shop.SHOP, manifest),
                UUID.randomUUID().toString(),
                Map.of());

        var inconclusive = bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Inconclusive.class,
                event -> event.backupId().equals(manifest.backup()));
        assertThat(inconclusive.reason().code()).isEqualTo(FailureCode.SCRATCH_UNAVAILABLE);
        assertThat(inconclusive.reason().message()).contains("/proc/nowhere");
        assertThat(shop.vault.proofs(Shop.SHOP.id(), manifest.backup())).isEmpty();
    }
}
