package io.holdfast.eventing;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.runtime.PostgresNotificationListener;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DevStackResource.class)
class SocketTimeoutTest {
    @Inject
    DataSource database;

    @Test
    void aDatabaseThatFallsSilentIsNoticedAndListeningDoesNotChangeThat() throws SQLException {
        try (Connection connection = database.getConnection()) {
            assertThat(connection.getNetworkTimeout()).isEqualTo(30_000);

            boolean signalled =
                    PostgresNotificationListener.listen(connection, "silent").await(Duration.ofMillis(300), () -> true);

            assertThat(signalled).isFalse();
            assertThat(connection.getNetworkTimeout()).isEqualTo(30_000);
            assertThat(connection.isValid(1)).isTrue();
        }
    }
}
