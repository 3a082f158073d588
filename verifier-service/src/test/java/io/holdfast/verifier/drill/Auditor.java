package io.holdfast.verifier.drill;

import io.holdfast.contracts.VerificationId;
import io.holdfast.drill.SignOff;
import io.holdfast.eventing.runtime.TransactionRunner;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/** A person who signs; tests have no identity provider. */
@Singleton
public class Auditor {
    private final Drills drills;
    private final TransactionRunner transactionRunner;

    Auditor(Drills drills, TransactionRunner transactionRunner) {
        this.drills = drills;
        this.transactionRunner = transactionRunner;
    }

    public void sign(String drill) {
        transactionRunner
                .run(session -> drills.change(
                        session,
                        VerificationId.parse(drill),
                        signed -> signed.signed(new SignOff("ada@example.org", Instant.now(), null))))
                .await()
                .atMost(Duration.ofSeconds(30));
    }
}
