package io.holdfast.eventing.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** What the framework itself refuses (no such path, method not allowed) as problems, its headers kept. */
@Provider
public class WebApplicationExceptionMapper implements ExceptionMapper<WebApplicationException> {
    @Override
    public Response toResponse(WebApplicationException failure) {
        if (failure.getCause() instanceof JsonProcessingException body) {
            return InvalidBodyProblem.problem(body);
        }
        Response original = failure.getResponse();
        if (original.getStatus() < 400 || original.hasEntity()) {
            return original;
        }
        Response problem = ProblemDetails.of(
                original.getStatusInfo(),
                original.getStatusInfo().getReasonPhrase() + "; see /q/openapi for what this service offers",
                null,
                null);
        Response.ResponseBuilder response = Response.fromResponse(problem);
        original.getHeaders().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("content-type") && !name.equalsIgnoreCase("content-length")) {
                values.forEach(value -> response.header(name, value));
            }
        });
        return response.build();
    }
}
