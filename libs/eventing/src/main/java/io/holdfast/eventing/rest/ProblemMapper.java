package io.holdfast.eventing.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Everything else that can come up at the edge, as problems. */
public class ProblemMapper {
    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

    @ServerExceptionMapper
    public Response json(JsonProcessingException failure) {
        return BodyMapper.problem(failure);
    }

    @ServerExceptionMapper(priority = 1)
    public Response mismatch(MismatchedInputException failure) {
        return BodyMapper.problem(failure);
    }

    /** Details stay in the log: they may hold what is nobody's business. */
    @ServerExceptionMapper
    public Response unexpected(RuntimeException failure) {
        String reference = UUID.randomUUID().toString();
        LOG.errorf(failure, "request failed unexpectedly (%s)", reference);
        return Problem.of(
                Response.Status.INTERNAL_SERVER_ERROR,
                "this service failed unexpectedly; its log says why at " + reference,
                io.holdfast.contracts.FailureCode.INTERNAL,
                null);
    }
}
