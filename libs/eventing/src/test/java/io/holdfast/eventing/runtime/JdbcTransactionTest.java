package io.holdfast.eventing.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.holdfast.devstack.DevStackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DevStackResource.class)
class JdbcTransactionTest {
    private final UUID id = UUID.randomUUID();

    @Inject
    AgroalDataSource database;

    @Test
    void aFailureOfTheWorkLeavesNothingBehind() throws SQLException {
        assertThatThrownBy(() -> JdbcTransaction.run(database, connection -> {
                    insert(connection);
                    throw new IllegalStateException("between two statements");
                }))
                .hasMessage("between two statements");

        assertThat(isThere()).isFalse();
    }

    @Test
    void aLostSessionIsAnSqlExceptionAlsoWhereTheDriverAsserts() {
        assertThatThrownBy(() -> JdbcTransaction.run(database, connection -> {
                    try (var statement = connection.createStatement()) {
                        statement.execute("select pg_terminate_backend(pg_backend_pid())");
                    } catch (SQLException e) {
                        throw new AssertionError("as pgjdbc does in a batch", e);
                    }
                    return 0;
                }))
                .isInstanceOf(SQLException.class)
                .matches(DatabaseOutage::causes);
    }

    @Test
    void workThatEndsIsCommitted() throws SQLException {
        int rows = JdbcTransaction.run(database, this::insert);

        assertThat(rows).isOne();
        assertThat(isThere()).isTrue();
    }

    private int insert(Connection connection) throws SQLException {
        try (var insert = connection.prepareStatement(
                "insert into job (id, kind, subject, state) values (?, 'none', 'none', 'DONE')")) {
            insert.setObject(1, id);
            return insert.executeUpdate();
        }
    }

    private boolean isThere() throws SQLException {
        try (Connection connection = database.getConnection();
                var query = connection.prepareStatement("select 1 from job where id = ?")) {
            query.setObject(1, id);
            return query.executeQuery().next();
        }
    }
}
