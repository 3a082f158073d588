package io.holdfast.verifier.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.holdfast.contracts.CheckResult;
import io.holdfast.eventing.cloudevents.EventJson;
import java.util.List;

/** Results of checks as they are kept. */
final class CheckResultsJson {
    private static final TypeReference<List<CheckResult>> LIST = new TypeReference<>() {};

    private CheckResultsJson() {}

    static String write(List<CheckResult> checks) {
        try {
            return EventJson.mapper().writeValueAsString(checks);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("results of checks cannot be written as JSON", e);
        }
    }

    static List<CheckResult> read(String json) {
        try {
            return EventJson.mapper().readValue(json, LIST);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("results of checks cannot be read from the database", e);
        }
    }
}
