package io.holdfast.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RecordsTest {

    @TestFactory
    Stream<DynamicTest> aFieldThatIsNotNullableIsRefusedByItsName() {
        return Samples.all().stream()
                .flatMap(sample -> components(sample)
                        .filter(c -> !c.getType().isPrimitive() && !nullable(c) && !normalised(sample, c))
                        .map(c -> DynamicTest.dynamicTest(
                                sample.getClass().getName() + "." + c.getName(),
                                () -> assertThatIllegalArgumentException()
                                        .isThrownBy(() -> Samples.with(sample, c, null))
                                        .withMessage("required field \"" + c.getName() + "\" is missing"))));
    }

    @TestFactory
    Stream<DynamicTest> aNullableFieldMayBeAbsent() {
        return Samples.all().stream()
                .flatMap(sample -> components(sample)
                        .filter(c -> nullable(c))
                        .map(c -> DynamicTest.dynamicTest(
                                sample.getClass().getName() + "." + c.getName(),
                                () -> assertThat(Samples.value(Samples.with(sample, c, null), c))
                                        .isNull())));
    }

    @TestFactory
    Stream<DynamicTest> aListCannotBeChangedFromOutsideAndHoldsNoNull() {
        return Samples.all().stream()
                .flatMap(sample -> components(sample)
                        .filter(c -> List.class.equals(c.getType()))
                        .map(c -> DynamicTest.dynamicTest(sample.getClass().getName() + "." + c.getName(), () -> {
                            Object sampled = Samples.value(sample, c);
                            List<?> those = sampled == null ? List.of("some") : (List<?>) sampled;
                            List<@Nullable Object> mine = new ArrayList<>(those);
                            Record copy = Samples.with(sample, c, mine);
                            mine.add(null);

                            assertThat(Samples.value(copy, c)).isEqualTo(those);
                            assertThatIllegalArgumentException()
                                    .isThrownBy(() -> Samples.with(sample, c, mine))
                                    .withMessageContaining('"' + c.getName() + '"');
                        })));
    }

    @Test
    void theTablesOfASafetyBackupAreOnTheWire() {
        String request =
                "{\"source\":\"portal\",\"labels\":[],\"kind\":\"SAFETY\",\"tables\":[\"public.\\\"a b\\\"\"]}";

        var safety = Contract.event(BackupRequest.Requested.class, request);

        assertThat(safety.tables()).containsExactly("public.\"a b\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackupRequest.Requested(
                        "portal", List.of(), BackupKind.SAFETY, null, Arrays.asList("t", null)))
                .withMessageContaining("\"tables\"");
    }

    @Test
    void aRequestWithoutListsHasEmptyOnes() {
        var backup = Contract.event(BackupRequest.Requested.class, "{\"source\":\"portal\"}");
        var restore = Contract.event(
                RestoreRequest.Requested.class, "{\"source\":\"portal\",\"target\":{\"kind\":\"replace\"}}");

        assertThat(backup.labels()).isEmpty();
        assertThat(restore.tables()).isEmpty();
        assertThat(restore.rows()).isEmpty();
        assertThat(restore.target()).isEqualTo(new RestoreTarget.Replace());
    }

    @Test
    void aRequestWithoutItsSourceIsRefusedByTheFieldsName() {
        assertThatThrownBy(() -> Contract.JSON.readValue("{\"labels\":[]}", BackupRequest.Requested.class))
                .isInstanceOf(ValueInstantiationException.class)
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("required field \"source\" is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackupRequest.Requested(" ", List.of(), null, null, null))
                .withMessageContaining("\"source\" is blank");
    }

    @Test
    void labelsAreFewAndShortInRecordAndSchemaAlike() {
        List<String> most = Collections.nCopies(20, "\uD83D\uDE00".repeat(100));
        List<String> many = Collections.nCopies(21, "x");
        List<String> tooLong = List.of("x".repeat(101));

        assertThat(new BackupRequest.Requested("portal", most, null, null, null).labels())
                .isEqualTo(most);
        assertThat(violations(most)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackupRequest.Requested("portal", many, null, null, null))
                .withMessage("field \"labels\" holds 21 entries; it may hold 20");
        assertThat(violations(many)).isNotEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackupRequest.Requested("portal", tooLong, null, null, null))
                .withMessage("field \"labels\" holds a text that is too long; each may have 100 characters");
        assertThat(violations(tooLong)).isNotEmpty();
    }

    private static Collection<?> violations(List<String> labels) {
        return Contract.violations(
                BackupRequest.Requested.class, Contract.JSON.valueToTree(Map.of("source", "portal", "labels", labels)));
    }

    @Test
    void aFailuresReasonIsCutBeforeItOutgrowsTheBus() {
        var most = FailureReason.of(FailureCode.INTERNAL, "x".repeat(4000), "y".repeat(1000));
        var reason = FailureReason.of(FailureCode.INTERNAL, "x".repeat(300_000), "y".repeat(300_000));
        var emoji = FailureReason.of(FailureCode.INTERNAL, "x" + "\uD83D\uDE00".repeat(3000));

        assertThat(most.message()).isEqualTo("x".repeat(4000));
        assertThat(most.object()).isEqualTo("y".repeat(1000));
        assertThat(reason.message()).isEqualTo("x".repeat(3999) + "…");
        assertThat(reason.object()).isEqualTo("y".repeat(999) + "…");
        assertThat(emoji.message()).isEqualTo("x" + "\uD83D\uDE00".repeat(1999) + "…");
        assertThat(HoldfastException.of(FailureCode.INTERNAL, "x".repeat(300_000)))
                .hasMessage(reason.message());
    }

    @Test
    void anEventWithoutANumberIsRefused() {
        assertThatThrownBy(() -> Contract.JSON.readValue(
                        "{\"tables\":1,\"rows\":1,\"bytes\":1,\"storedBytes\":1}", BackupTotals.class))
                .isInstanceOf(MismatchedInputException.class)
                .hasMessageContaining("reusedBytes");
    }

    @Test
    void aRestoreChoosesItsBackupInOneWayOnly() {
        BackupId backup = BackupId.parse("019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RestoreRequest.Requested(
                        "portal",
                        backup,
                        null,
                        "before-migration",
                        new RestoreTarget.Replace(),
                        List.of(),
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null))
                .withMessageContaining("at most one");
    }

    @Test
    void aRecoveryEndsAtOnePoint() {
        assertThat(recovery(null, "0/16B3748", null).atLsn()).isEqualTo("0/16B3748");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recovery(Instant.EPOCH, "0/16B3748", null))
                .withMessageContaining("atLsn");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recovery(null, "0/16B3748", 4711L))
                .withMessageContaining("atXid");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recovery(null, "16B3748", null))
                .withMessageContaining("0/16B3748");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recovery(null, null, 2L))
                .withMessageContaining("no id of a transaction");
    }

    private static RestoreRequest.Requested recovery(
            @Nullable Instant at, @Nullable String atLsn, @Nullable Long atXid) {
        return new RestoreRequest.Requested(
                "portal",
                null,
                at,
                null,
                new RestoreTarget.Replace(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                true,
                atLsn,
                atXid,
                null);
    }

    @Test
    void aTargetsUrlHoldsNoPasswordAndTheRefusalDoesNotRepeatIt() {
        assertThat(new RestoreTarget.Url("postgresql://me@db2:5432/copy").url())
                .isEqualTo("postgresql://me@db2:5432/copy");
        for (String url : List.of(
                "postgresql://me:hush@db2/copy",
                "postgresql://me%3Ahush@db2/copy",
                "postgresql://me:hu/hush@db2/copy",
                "postgresql://db2/copy?sslmode=require&Password=hush")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RestoreTarget.Url(url))
                    .withMessageContaining("\"url\" holds a password")
                    .withMessageNotContaining("hush");
        }
    }

    @Test
    void aSelectionOfRowsNamesAColumnAndKeepsTheOrder() {
        Map<String, String> values = new LinkedHashMap<>(Map.of("z", "1"));
        values.put("a", "2");

        assertThat(new RestoreRequest.RowSelection("public.t", values).values().keySet())
                .containsExactly("z", "a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RestoreRequest.RowSelection("public.t", Map.of()))
                .withMessageContaining("\"values\" is empty");
    }

    @Test
    void anIdIsAUuidInItsUsualForm() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BackupId.parse("1-1-1-1-1"))
                .withMessageContaining("\"1-1-1-1-1\" is not the id of a backup");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RestoreId.parse("019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9g"))
                .withMessageContaining("is not the id of a restore");
        assertThat(SourceId.parse("019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f"))
                .hasToString("019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f");
    }

    private static Stream<RecordComponent> components(Record sample) {
        return Arrays.stream(sample.getClass().getRecordComponents());
    }

    private static boolean nullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    /** Lists of requests: absent means empty. */
    private static boolean normalised(Record sample, RecordComponent component) {
        boolean request = sample.getClass().getName().contains("Request$");
        return request && List.class.equals(component.getType());
    }
}
