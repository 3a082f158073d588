package io.holdfast.backup.adminapi;

import io.holdfast.eventing.rest.ProblemDetails;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import java.lang.annotation.Annotation;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Turns problems of this package's paths into {@code {"error": "message"}}; their status and headers stay. */
public class ErrorAnswerFilter {
    @ServerResponseFilter
    public void simplify(ContainerRequestContext request, ContainerResponseContext response) {
        String path = request.getUriInfo().getPath();
        if (response.getEntity() instanceof ProblemDetails problem
                && (path.startsWith("/api/admin/") || path.startsWith("/api/cron/"))) {
            response.setEntity(
                    new AdminApiAnswers.ErrorAnswer(problem.detail()),
                    new Annotation[0],
                    MediaType.APPLICATION_JSON_TYPE);
        }
    }
}
