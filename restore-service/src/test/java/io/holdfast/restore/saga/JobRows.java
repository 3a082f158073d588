package io.holdfast.restore.saga;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The job table as it is. */
@Singleton
class JobRows {
    private final DataSource database;

    JobRows(DataSource database) {
        this.database = database;
    }

    /** As if its worker had not been heard of for too long. */
    void expireLease(String restore) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "update job set lease_until = clock_timestamp() where subject = ? and state = 'RUNNING'")) {
            update.setString(1, restore);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    /** As if its time had come. */
    void dueNow(String subject) {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "update job set run_after = clock_timestamp() where subject = ? and state = 'WAITING'")) {
            update.setString(1, subject);
            assertThat(update.executeUpdate()).isEqualTo(1);
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    long epoch(String restore) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement("select epoch from job where subject = ?")) {
            query.setString(1, restore);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }
}
