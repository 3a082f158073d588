package io.holdfast.cli.demo;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.cli.rest.RestoreResponse;
import io.holdfast.cli.rest.ServiceJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo's requirement about the comparison that restore-service reports. */
class RecoveryStepsTest {
    private static final String EQUAL = table("public.users", "10:aa", true);

    private static String table(String name, String copy, boolean equal) {
        return "{\"name\":\"%s\",\"rows\":10,\"fingerprint\":\"10:aa\",\"copyRows\":10,\"copyFingerprint\":\"%s\",\"equal\":%s}"
                .formatted(name, copy, equal);
    }

    private static RestoreResponse restore(String comparison) throws JsonProcessingException {
        return ServiceJson.read(
                ServiceJson.parse(
                        "{\"id\":\"r1\",\"source\":{\"id\":\"019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f\",\"name\":\"portal\"},"
                                + "\"state\":\"COMPLETED\",\"tables\":2" + comparison + "}"),
                RestoreResponse.class);
    }

    private static String comparison(int compared, int different, String... tables) {
        return ",\"comparedTables\":%d,\"differentTables\":%d,\"tableResults\":[%s]"
                .formatted(compared, different, String.join(",", tables));
    }

    @Test
    void aRestoreWhoseTablesAreAllEqualPasses() throws Exception {
        RestoreResponse restore = restore(comparison(2, 0, EQUAL, table("public.tickets", "10:aa", true)));

        assertThatCode(() -> RecoverySteps.requireCompared(restore)).doesNotThrowAnyException();
    }

    @Test
    void aRestoreWithoutAComparisonFailsTheStep() throws Exception {
        RestoreResponse absent = restore("");
        RestoreResponse empty = restore(comparison(0, 0));

        assertThatThrownBy(() -> RecoverySteps.requireCompared(absent)).hasMessageContaining("has no result");
        assertThatThrownBy(() -> RecoverySteps.requireCompared(empty)).hasMessageContaining("has no result");
    }

    @ParameterizedTest
    @CsvSource({"10:aa, false, 1", "10:bb, true, 0", "10:aa, true, 1"})
    void aWrongResultOfOneTableFailsTheStep(String copy, boolean equal, int different) throws Exception {
        RestoreResponse restore = restore(comparison(2, different, EQUAL, table("public.tickets", copy, equal)));

        assertThatThrownBy(() -> RecoverySteps.requireCompared(restore)).hasMessageContaining("not equal");
    }

    @Test
    void aTableThatWasNotComparedFailsTheStep() throws Exception {
        RestoreResponse restore = restore(comparison(1, 0, EQUAL));

        assertThatThrownBy(() -> RecoverySteps.requireCompared(restore)).hasMessageContaining("1 of the 2");
    }
}
