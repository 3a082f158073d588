package io.holdfast.transfer.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.contracts.CheckResult;
import io.holdfast.vault.format.Proof;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The results of data checks in the report of a {@link Proof}. */
public final class ProofChecks {
    private static final String CHECKS = "checks";

    private ProofChecks() {}

    /** Writes the report of a proof. */
    public static JsonNode report(List<CheckResult> results) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        var checks = report.putArray(CHECKS);
        for (CheckResult result : results) {
            ObjectNode check = checks.addObject()
                    .put("name", result.name())
                    .put("outcome", result.outcome().name());
            if (result.finding() != null) {
                check.put("finding", result.finding());
            }
        }
        return report;
    }

    /** Reads the results; empty for proofs of early versions, which have no report. */
    public static Optional<List<CheckResult>> of(Proof proof) {
        JsonNode report = proof.report();
        if (report == null || !report.path(CHECKS).isArray()) {
            return Optional.empty();
        }
        List<CheckResult> results = new ArrayList<>();
        for (JsonNode check : report.path(CHECKS)) {
            outcome(check.path("outcome").asText())
                    .ifPresent(outcome ->
                            results.add(new CheckResult(check.path("name").asText(), outcome, finding(check))));
        }
        return Optional.of(results);
    }

    private static @Nullable String finding(JsonNode check) {
        return check.hasNonNull("finding") ? check.path("finding").asText() : null;
    }

    /** Ignores an outcome of a later version. */
    private static Optional<CheckResult.Outcome> outcome(String name) {
        return Stream.of(CheckResult.Outcome.values())
                .filter(outcome -> outcome.name().equals(name))
                .findFirst();
    }
}
