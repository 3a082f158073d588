package io.holdfast.verifier.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.holdfast.drill.DrillJson;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.ExternalVerdict;
import io.holdfast.drill.SignOff;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A drill's report as it is kept, and as it is now. */
final class DrillDocuments {
    private static final TypeReference<List<ExternalVerdict>> VERDICTS = new TypeReference<>() {};

    private DrillDocuments() {}

    static String write(List<ExternalVerdict> verdicts) {
        try {
            return DrillJson.MAPPER.writeValueAsString(verdicts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("results of a drill cannot be written as JSON", e);
        }
    }

    static List<ExternalVerdict> verdicts(String json) {
        try {
            return DrillJson.MAPPER.readValue(json, VERDICTS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("results of a drill cannot be read from the database", e);
        }
    }

    /** A verdict that failed fails the report. */
    static DrillReport now(DrillReport it, List<ExternalVerdict> verdicts, @Nullable SignOff signOff) {
        List<String> bad = verdicts.stream()
                .filter(verdict -> !verdict.passed())
                .map(verdict -> verdict.who() + (verdict.note() == null ? "" : ": " + verdict.note()))
                .toList();
        boolean passed = it.passed() && bad.isEmpty();
        String failure =
                it.passed() && !bad.isEmpty() ? "the result is failed, by " + String.join("; ", bad) : it.failure();
        return new DrillReport(
                it.drillId(),
                it.source(),
                it.environment(),
                it.kind(),
                it.engine(),
                it.serverVersion(),
                it.startedAt(),
                it.completedAt(),
                it.tester(),
                it.backup(),
                it.testDatabase(),
                it.times(),
                it.rtoMillis(),
                it.rpoMillis(),
                it.checks(),
                it.controls(),
                it.checklist(),
                verdicts,
                it.earlier(),
                signOff,
                passed,
                failure,
                it.holdfastVersion());
    }
}
