package io.holdfast.engine.postgres.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.postgres.Databases;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LongRowTest {
    /** It takes 9 s if each read over the Unix socket allocates a buffer for what is left of the row. */
    @Test
    void aRowOf100MegabytesIsReadInLinearTime() throws Exception {
        assertThat(Databases.server().unixSocket()).isTrue();
        Connection connection = Databases.connect(Databases.server());
        try {
            long begun = System.nanoTime();

            int length = Sql.one(connection, "SELECT repeat('a', 100000000)", row -> row.getBytes(1).length);

            assertThat(length).isEqualTo(100_000_000);

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        } finally {
            ConnectionFactory.close(connection);
        }
    }
}
