package io.holdfast.eventing.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.holdfast.eventing.runtime.DatabaseOutage;
import io.smallrye.mutiny.TimeoutException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.sql.SQLException;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Everything else that can come up at the edge, as problems. */
public class UncaughtExceptionMapper {
    private static final Logger LOG = Logger.getLogger(UncaughtExceptionMapper.class);

    /** The message of Quarkus for a body without a length that exceeds the limit. */
    private static final String TOO_LARGE = "Request too large";

    @ServerExceptionMapper
    public Response json(JsonProcessingException failure) {
        return InvalidBodyProblem.problem(failure);
    }

    @ServerExceptionMapper(priority = 1)
    public Response mismatch(MismatchedInputException failure) {
        return InvalidBodyProblem.problem(failure);
    }

    @ServerExceptionMapper
    public Response late(TimeoutException failure) {
        LOG.warn("a request was not answered in time; is the database slow or out of reach?");
        return ProblemDetails.of(
                Response.Status.SERVICE_UNAVAILABLE, "this service cannot answer in time; try again later", null, null);
    }

    /** Such as a refused connection, which Vert.x reports as it is. */
    @ServerExceptionMapper
    public Response io(IOException failure) {
        if (TOO_LARGE.equals(failure.getMessage())) {
            return Response.status(Response.Status.REQUEST_ENTITY_TOO_LARGE).build(); // it is answered already
        }
        return unexpected(failure);
    }

    @ServerExceptionMapper
    public Response sql(SQLException failure) {
        return unexpected(failure);
    }

    @ServerExceptionMapper
    public Response runtime(RuntimeException failure) {
        return unexpected(failure);
    }

    /** Details stay in the log: they may hold what is nobody's business. */
    private static Response unexpected(Exception failure) {
        if (DatabaseOutage.causes(failure)) {
            LOG.warnf("a request was answered with 503: the platform's database is away (%s)", failure.getMessage());
            return ProblemDetails.of(
                    Response.Status.SERVICE_UNAVAILABLE,
                    "the platform's database does not answer at this moment; try again later",
                    null,
                    null);
        }
        String reference = UUID.randomUUID().toString();
        LOG.errorf(failure, "request failed unexpectedly (%s)", reference);
        return ProblemDetails.of(
                Response.Status.INTERNAL_SERVER_ERROR,
                "this service failed unexpectedly; its log says why at " + reference,
                io.holdfast.contracts.FailureCode.INTERNAL,
                null);
    }
}
