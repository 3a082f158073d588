package io.holdfast.eventing.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.Tables;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DevStackResource.class)
class EventingTableCleanupTest {
    @Inject
    EventingTableCleanup eventingTableCleanup;

    @Inject
    Tables tables;

    @Inject
    DataSource database;

    @Test
    void jobsThatEndedLongAgoAreForgottenAndNoOthers() throws SQLException {
        String old = job("DONE", "8 days");
        String fresh = job("FAILED", "6 days");
        String waiting = job("WAITING", null);

        eventingTableCleanup.purge();

        assertThat(tables.count("job where subject = ?", old)).isZero();
        assertThat(tables.count("job where subject = ?", fresh)).isEqualTo(1);
        assertThat(tables.count("job where subject = ?", waiting)).isEqualTo(1);
    }

    private String job(String state, @Nullable String ended) throws SQLException {
        String subject = UUID.randomUUID().toString();
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into job (id, kind, subject, state, created_at, ended_at) values (gen_random_uuid(),"
                                + " 'nobodys', ?, ?, now() - interval '40 days', now() - cast(? as interval))")) {
            insert.setString(1, subject);
            insert.setString(2, state);
            insert.setString(3, ended);
            insert.executeUpdate();
        }
        return subject;
    }
}
