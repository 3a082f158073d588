package io.holdfast.engine.postgres.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.PasswordServer;
import io.holdfast.engine.postgres.PoolingProxy;
import java.io.IOException;
import java.sql.Connection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pooler in transaction mode is refused before anything is locked, however it chooses its connections. */
@Timeout(180)
class PoolerTest {
    private static PasswordServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = PasswordServer.trusting();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"1, false", "4, false", "2, true", "3, true"})
    void transactionModeIsRefusedWithTheReason(int connections, boolean turns) throws IOException {
        DatabaseAddress address = server.address("boss");
        try (PoolingProxy pooler = new PoolingProxy(address, connections, turns)) {
            assertThatThrownBy(() -> Databases.open(pooler.address()))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNSUPPORTED))
                    .hasMessageContaining("pooler in transaction mode")
                    .hasMessageContaining("the server's own address and port");
        }
        Databases.open(address).close();
    }

    @Test
    void aTransactionOnASessionOfSomebodyElsesIsFound() throws Exception {
        DatabaseAddress address = server.address("boss");
        try (PoolingProxy pooler = new PoolingProxy(address, 1, false)) {
            Connection first = Databases.connect(pooler.address());
            PoolerDetector.check(first, "here");
            Sql.run(first, "BEGIN");
            Connection second = Databases.connect(pooler.address());
            Sql.run(second, "RESET ALL");
            Sql.run(first, "COMMIT");
            Sql.run(second, "BEGIN");
            Sql.run(first, "BEGIN");

            assertThatThrownBy(() -> PoolerDetector.check(first, "here"))
                    .hasMessageContaining("here is a connection pooler");
            assertThat(second.isClosed()).isFalse();
        }
    }
}
