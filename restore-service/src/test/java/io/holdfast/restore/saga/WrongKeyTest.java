package io.holdfast.restore.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.holdfast.devstack.DevStackResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(WrongKeyTest.Another.class)
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class WrongKeyTest {
    public static class Another implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("holdfast.test.key", "another");
        }
    }

    @Inject
    Shop shop;

    @Inject
    FirstLook look;

    @Test
    void anotherVaultsKeyOpensNothing() {
        shop.proven(Shop.SHOP);

        Asking.ask("shop", "x", "").body("code", equalTo("VAULT_KEY_WRONG"));
    }

    @Test
    void whoLooksFirstIsToldSoAndWaits() throws InterruptedException {
        shop.proven(Shop.SHOP);
        try (LogLines log = new LogLines(FirstLook.class)) {
            Thread looking = Thread.ofVirtual().start(look::look);

            await().atMost(Bus.PATIENCE).until(() -> !log.lines.isEmpty());
            assertThat(log.lines.getFirst()).startsWith("WARN").contains("nothing can be restored", "key");
            assertThat(looking.isAlive()).isTrue();
            looking.interrupt();
            looking.join();
        }
    }
}
