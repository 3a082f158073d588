package io.holdfast.restore.saga;

import io.holdfast.devstack.history.TemplateHistory;
import java.time.Instant;
import org.awaitility.Awaitility;

/** States of databases of the test's server. */
class KeptStates extends TemplateHistory {

    KeptStates(int postgres, String user, String password) {
        super(postgres, user, password);
    }

    /** Waits until nobody is connected to the database. */
    void await(String database, Instant at) {
        Awaitility.await().atMost(Bus.PATIENCE).ignoreExceptions().untilAsserted(() -> keep(database, at));
    }
}
