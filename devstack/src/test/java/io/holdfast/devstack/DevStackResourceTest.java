package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a service's test is given works as it stands, and ends with the test. */
class DevStackResourceTest {
    @Test
    void aServiceIsGivenItsOwnSchemaUntilTheTestEnds() throws SQLException {
        DevStackResource resource = new DevStackResource();
        resource.init(Map.of("service", "audit"));
        Map<String, String> config = resource.start();
        try (Connection connection = connect(config);
                ResultSet found = connection.createStatement().executeQuery("select current_user, current_schema()")) {
            found.next();
            assertThat(found.getString(1)).isEqualTo("audit_service");
            assertThat(found.getString(2)).isEqualTo("audit");
        } finally {
            resource.stop();
        }

        assertThatThrownBy(() -> connect(config)).isInstanceOf(SQLException.class);
    }

    @Test
    void anUnknownServiceIsNamed() {
        assertThatThrownBy(() -> new DevStackResource().init(Map.of("service", "billing")))
                .hasMessageContaining("no service is named \"billing\"");
    }

    private static Connection connect(Map<String, String> config) throws SQLException {
        return DriverManager.getConnection(
                Objects.requireNonNull(config.get("quarkus.datasource.jdbc.url")),
                config.get("quarkus.datasource.username"),
                config.get("quarkus.datasource.password"));
    }
}
