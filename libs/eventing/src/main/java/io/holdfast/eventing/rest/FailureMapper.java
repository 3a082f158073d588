package io.holdfast.eventing.rest;

import io.holdfast.contracts.Failure;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Typed failures as problems. */
@Provider
public class FailureMapper implements ExceptionMapper<Failure> {
    @Override
    public Response toResponse(Failure failure) {
        return Problem.of(failure.reason());
    }
}
