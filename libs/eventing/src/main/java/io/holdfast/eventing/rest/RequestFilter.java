package io.holdfast.eventing.rest;

import io.holdfast.access.OwnCredential;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Rules that every operation of every service shares: its address, query parameters, media types. */
public class RequestFilter {
    private static final MediaType PROBLEM = MediaType.valueOf(ProblemDetails.MEDIA_TYPE);

    @ServerRequestFilter
    public @Nullable Response check(ContainerRequestContext request, ResourceInfo operation) {
        Method method = operation.getResourceMethod();
        if (request.getUriInfo().getRequestUri().toString().contains("%00")) {
            return invalid("the address contains the character U+0000; remove it");
        }
        try {
            QueryParameterRules.check(method, request.getUriInfo().getQueryParameters());
            return acceptsAnswer(request, method) ? unsupportedBody(request, method) : notAcceptable(method);
        } catch (HoldfastException e) {
            return ProblemDetails.of(e.reason());
        } catch (IllegalArgumentException e) {
            return invalid("header Accept or Content-Type is not a media type; see RFC 9110");
        }
    }

    /**
     * A page of a foreign site can post a form or plain text without the browser asking first, but no JSON. An operation that
     * declares another type has a credential of its own in its path.
     */
    private static @Nullable Response unsupportedBody(ContainerRequestContext request, Method method) {
        MediaType type = request.getMediaType();
        if (type == null
                || request.getMethod().equals(HttpMethod.GET)
                || isJson(type)
                || (method.isAnnotationPresent(OwnCredential.class) && consumes(method, type))) {
            return null;
        }
        return ProblemDetails.of(
                Response.Status.UNSUPPORTED_MEDIA_TYPE,
                "content type " + type + " is not supported; send Content-Type: application/json",
                FailureCode.REQUEST_INVALID,
                null);
    }

    private static boolean consumes(Method method, MediaType type) {
        Consumes own = method.getAnnotation(Consumes.class);
        return own != null && Stream.of(own.value()).map(MediaType::valueOf).anyMatch(type::isCompatible);
    }

    private static boolean isJson(MediaType type) {
        return type.getType().equals("application") && type.getSubtype().equals("json");
    }

    private static boolean acceptsAnswer(ContainerRequestContext request, Method method) {
        List<MediaType> wanted = request.getAcceptableMediaTypes();
        return wanted.isEmpty()
                || wanted.stream()
                        .filter(type -> !isRefused(type))
                        .anyMatch(type -> type.isCompatible(PROBLEM)
                                || Stream.of(produced(method))
                                        .anyMatch(own -> type.isCompatible(MediaType.valueOf(own))));
    }

    private static boolean isRefused(MediaType type) {
        String quality = type.getParameters().get("q");
        return quality != null && Double.parseDouble(quality) == 0;
    }

    private static String[] produced(Method method) {
        Produces own = method.getAnnotation(Produces.class);
        return own == null ? new String[] {MediaType.APPLICATION_JSON} : own.value();
    }

    private static Response notAcceptable(Method method) {
        return ProblemDetails.of(
                Response.Status.NOT_ACCEPTABLE,
                "the media types of header Accept are not available; accept " + String.join(" or ", produced(method)),
                FailureCode.REQUEST_INVALID,
                null);
    }

    private static Response invalid(String detail) {
        return ProblemDetails.of(Response.Status.BAD_REQUEST, detail, FailureCode.REQUEST_INVALID, null);
    }
}
