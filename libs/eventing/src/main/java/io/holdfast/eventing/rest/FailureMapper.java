package io.holdfast.eventing.rest;

import io.holdfast.contracts.HoldfastException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Typed failures as problems. */
@Provider
public class FailureMapper implements ExceptionMapper<HoldfastException> {
    @Override
    public Response toResponse(HoldfastException holdfastException) {
        return ProblemDetails.of(holdfastException.reason());
    }
}
