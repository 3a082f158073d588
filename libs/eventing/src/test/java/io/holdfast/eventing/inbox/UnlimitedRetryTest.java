package io.holdfast.eventing.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnlimitedRetryTest {

    @ParameterizedTest
    @ValueSource(strings = {"22001", "23505", "42P01", "0A000", "54000"})
    void aStatementThatCannotSucceedIsADefect(String sqlState) {
        assertThat(UnlimitedRetry.isDefect(failure(sqlState))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "25006", "40001", "53300", "57P01", "58030"})
    void aServerThatCannotAnswerNowIsWaitedFor(String sqlState) {
        assertThat(UnlimitedRetry.isDefect(failure(sqlState))).isFalse();
    }

    private static RuntimeException failure(String sqlState) {
        return new IllegalStateException("it failed", new SQLException("refused", sqlState));
    }
}
