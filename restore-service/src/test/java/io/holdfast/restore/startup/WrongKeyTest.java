package io.holdfast.restore.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.restore.plan.RestoreVaultProvider;
import io.holdfast.restore.plan.Vaults;
import io.holdfast.restore.saga.Asking;
import io.holdfast.restore.saga.Bus;
import io.holdfast.restore.saga.LogLines;
import io.holdfast.restore.saga.Shop;
import io.holdfast.restore.saga.Site;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.store.MemoryObjectStore;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class WrongKeyTest {
    @Inject
    Shop shop;

    @Inject
    Site site;

    @Inject
    StartupCheck look;

    /** The service keeps the vault that it opened, so it is given one that it has yet to open. */
    @BeforeEach
    void configureAnotherVaultsKey(@TempDir Path folder) {
        shop.proven(Shop.SHOP);
        Path another = folder.resolve("another.key");
        KeyFile.create(another, new MemoryObjectStore());
        QuarkusMock.installMockForType(Vaults.of(site.config(another)), RestoreVaultProvider.class);
    }

    @Test
    void anotherVaultsKeyOpensNothing() {
        Asking.ask("shop", "x", "").body("code", equalTo("VAULT_KEY_WRONG"));
    }

    @Test
    void whoLooksFirstIsToldSoAndWaits() throws InterruptedException {
        try (LogLines log = new LogLines(StartupCheck.class)) {
            Thread looking = Thread.ofVirtual().start(look::look);

            await().atMost(Bus.PATIENCE)
                    .untilAsserted(() -> assertThat(log.lines)
                            .filteredOn(line -> line.startsWith("WARN"))
                            .first(STRING)
                            .contains("nothing can be restored", "key"));
            assertThat(looking.isAlive()).isTrue();
            looking.interrupt();
            looking.join();
        }
    }
}
