package io.holdfast.backup;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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

    /** Changes the service's own database. */
    protected void sql(String statement) {
        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        } catch (SQLException e) {
            throw new AssertionError(statement, e);
        }
    }

    @AfterEach
    void disconnect() {
        bus.close();
    }
}
