package io.holdfast.eventing.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.Demo;
import io.holdfast.eventing.inbox.InboxTableTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DevStackResource.class)
class TransactionRunnerTest {
    @Inject
    TransactionRunner transactionRunner;

    @Test
    void workThatAnotherOvertookIsBegunAgainAndLosesNothingOfIt() {
        UUID id = UUID.randomUUID();
        InboxTableTest.get(transactionRunner.run(session -> session.persist(new Demo(id, "contended"))));
        AtomicInteger attempts = new AtomicInteger();

        InboxTableTest.get(transactionRunner.run(session -> session.find(Demo.class, id)
                .call(() -> attempts.incrementAndGet() == 1
                        ? increased(id)
                        : Uni.createFrom().voidItem())
                .invoke(demo -> demo.effects++)));

        assertThat(attempts).hasValue(2);
        assertThat(InboxTableTest.<Integer>get(transactionRunner.run(
                        session -> session.find(Demo.class, id).map(demo -> demo.effects))))
                .isEqualTo(3);
    }

    private Uni<?> increased(UUID id) {
        return transactionRunner.run(session -> session.find(Demo.class, id).invoke(demo -> demo.effects++));
    }
}
