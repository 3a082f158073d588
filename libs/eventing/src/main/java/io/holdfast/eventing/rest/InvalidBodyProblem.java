package io.holdfast.eventing.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.holdfast.contracts.FailureCode;
import jakarta.ws.rs.core.Response;
import java.util.stream.Collectors;

/** Bodies that are not what an operation takes, as problems that name the field and never repeat its value. */
final class InvalidBodyProblem {
    private InvalidBodyProblem() {}

    static Response problem(JsonProcessingException failure) {
        return ProblemDetails.of(Response.Status.BAD_REQUEST, detail(failure), FailureCode.REQUEST_INVALID, null);
    }

    private static String detail(JsonProcessingException failure) {
        return switch (failure) {
            case UnrecognizedPropertyException e ->
                "the body has an unknown field \"" + path(e) + "\"; known are " + e.getKnownPropertyIds();
            case ValueInstantiationException e
            when e.getCause() instanceof IllegalArgumentException own -> "the body is not valid: " + own.getMessage();
            case JsonMappingException e
            when !e.getPath().isEmpty() -> "field \"" + path(e) + "\" of the body is missing or not valid";
            default -> "the body is not JSON of the kind that is wanted here; see /q/openapi";
        };
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
                .collect(Collectors.joining("."));
    }
}
