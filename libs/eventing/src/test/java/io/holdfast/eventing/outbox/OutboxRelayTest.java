package io.holdfast.eventing.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.Bus;
import io.holdfast.eventing.runtime.EventingConfig;
import io.holdfast.eventing.runtime.KafkaProducerFactory;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DevStackResource.class)
class OutboxRelayTest {
    @Inject
    KafkaProducerFactory producers;

    @Inject
    EventingConfig config;

    @Test
    void aRelayThatDiesOfAnErrorIsNotCalledAlive() {
        DataSource broken = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    throw new NoClassDefFoundError("on purpose");
                });
        OutboxRelay outboxRelay = new OutboxRelay(broken, producers, config);

        outboxRelay.start(new StartupEvent());

        await().dontCatchUncaughtExceptions()
                .atMost(Bus.PATIENCE)
                .until(() -> outboxRelay.state() == OutboxRelay.State.STOPPED);
        assertThat(outboxRelay.problem()).isEmpty();
    }
}
