package io.holdfast.verifier.drill;

import io.holdfast.eventing.runtime.TransactionRunner;
import jakarta.inject.Singleton;
import java.time.Duration;

/** A round of the reminders, at once. */
@Singleton
public class Reminded {
    private final DrillReminders reminders;
    private final TransactionRunner transactionRunner;

    Reminded(DrillReminders reminders, TransactionRunner transactionRunner) {
        this.reminders = reminders;
        this.transactionRunner = transactionRunner;
    }

    public void round() {
        transactionRunner.run(reminders::remind).await().atMost(Duration.ofSeconds(30));
    }
}
