package io.holdfast.engine.postgres.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.postgres.Databases;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server counts a session that has ended until it has noticed. */
@Timeout(60)
class ConnectionPoolTest {
    private final DatabaseAddress address = Databases.fresh();
    private int asked;
    private int refusals;

    private Connection open() {
        asked++;
        if (refusals > 0) {
            refusals--;
            throw HoldfastException.of(
                    FailureCode.TARGET_UNREACHABLE, "full", new SQLException("too many connections", "53300"));
        }
        return Databases.connect(address);
    }

    @Test
    void whoIsRefusedAfterOneEndedAsksAgain() throws Exception {
        try (ConnectionPool connectionPool = new ConnectionPool(2, this::open)) {
            connectionPool.broken(connectionPool.take());
            refusals = 3;

            connectionPool.done(connectionPool.take());

            assertThat(asked).isEqualTo(5);
        }
    }

    @Test
    void whoIsRefusedBeforeAnyEndedIsToldAtOnce() {
        try (ConnectionPool connectionPool = new ConnectionPool(2, this::open)) {
            refusals = 1;

            assertThatThrownBy(connectionPool::take)
                    .isInstanceOf(HoldfastException.class)
                    .hasMessage("full");
            assertThat(asked).isEqualTo(1);
        }
    }

    @Test
    void whoIsRefusedForGoodIsToldIt() throws Exception {
        try (ConnectionPool connectionPool = new ConnectionPool(2, this::open)) {
            connectionPool.broken(connectionPool.take());
            refusals = Integer.MAX_VALUE;

            assertThatThrownBy(connectionPool::take)
                    .isInstanceOf(HoldfastException.class)
                    .hasMessage("full");
        }
    }
}
