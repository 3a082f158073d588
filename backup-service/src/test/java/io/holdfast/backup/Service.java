package io.holdfast.backup;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of the running service have in common. */
public abstract class Service {
    @SuppressWarnings("NullAway.Init") // BackupServiceStack sets it
    protected Bed bed;

    @Inject
    protected AgroalDataSource database;

    @SuppressWarnings("NullAway.Init")
    protected Bus bus;

    @BeforeEach
    void connect() {
        bus = new Bus(bed.kafka);
    }

    @AfterEach
    void disconnect() {
        bus.close();
    }
}
