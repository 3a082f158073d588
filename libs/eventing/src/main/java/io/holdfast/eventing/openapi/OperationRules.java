package io.holdfast.eventing.openapi;

import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.eventing.rest.ProblemDetails;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** What every operation shares: the rules of {@code io.holdfast.eventing.rest} in the terms of OpenAPI. */
final class OperationRules {
    private static final String MESSAGE = "the message names the object, the fault and an action";

    private final ExampleFactory examples;

    OperationRules(ExampleFactory examples) {
        this.examples = examples;
    }

    void complete(HttpMethod method, Operation operation) {
        List<Parameter> parameters = operation.getParameters() == null ? List.of() : operation.getParameters();
        parameters.stream()
                .filter(parameter -> parameter.getName().equals("limit"))
                .forEach(limit ->
                        limit.getSchema().minimum(BigDecimal.ONE).maximum(BigDecimal.valueOf(PageCursor.MAX_LIMIT)));
        if (operation.getResponses() == null) {
            operation.setResponses(OASFactory.createAPIResponses());
        }
        boolean plain = operation.hasExtension(PlainErrors.EXTENSION);
        problems(method, parameters)
                .forEach((status, code) ->
                        operation.getResponses().addAPIResponse(status, plain ? error(status) : problem(status, code)));
        operation.getResponses().getAPIResponses().forEach((status, response) -> {
            if (status.compareTo("400") >= 0 && response.getContent() == null) {
                response.setContent(
                        (plain ? error(status) : problem(status, FailureCode.TARGET_UNREACHABLE)).getContent());
            }
        });
        if (operation.getRequestBody() != null) {
            complete(operation.getRequestBody().getContent(), true);
        }
        operation.getResponses().getAPIResponses().forEach((status, response) -> {
            complete(response.getContent(), false);
            if (status.equals("202")) {
                response.addHeader(
                        "Location",
                        OASFactory.createHeader()
                                .description("Path of the object.")
                                .schema(JsonForms.text()));
            }
        });
    }

    private static Map<String, FailureCode> problems(HttpMethod method, List<Parameter> parameters) {
        Map<String, FailureCode> problems = new LinkedHashMap<>();
        problems.put("400", FailureCode.REQUEST_INVALID);
        problems.put("401", FailureCode.REQUEST_FORBIDDEN);
        problems.put("403", FailureCode.REQUEST_FORBIDDEN);
        if (parameters.stream()
                        .anyMatch(parameter -> parameter.getIn() == Parameter.In.PATH
                                || parameter.getName().equals("source"))
                || method != HttpMethod.GET) {
            problems.put("404", FailureCode.SOURCE_UNKNOWN);
        }
        problems.put("406", FailureCode.REQUEST_INVALID);
        if (method != HttpMethod.GET
                || parameters.stream().anyMatch(parameter -> parameter.getIn() == Parameter.In.PATH)) {
            problems.put("409", FailureCode.REQUEST_CONFLICT);
        }
        if (method != HttpMethod.GET) {
            problems.put("410", FailureCode.REQUEST_EXPIRED);
            problems.put("413", FailureCode.REQUEST_INVALID);
            problems.put("415", FailureCode.REQUEST_INVALID);
        }
        problems.put("429", FailureCode.REQUEST_RATE_LIMITED);
        problems.put("500", FailureCode.INTERNAL);
        problems.put("503", FailureCode.VAULT_UNREACHABLE);
        return problems;
    }

    private static APIResponse error(String status) {
        return OASFactory.createAPIResponse()
                .description(title(status))
                .content(OASFactory.createContent()
                        .addMediaType(
                                "application/json",
                                OASFactory.createMediaType()
                                        .schema(OASFactory.createSchema()
                                                .addType(SchemaType.OBJECT)
                                                .addProperty("error", JsonForms.text())
                                                .addRequired("error"))
                                        .example(Map.of("error", MESSAGE))));
    }

    private static String title(String status) {
        return Response.Status.fromStatusCode(Integer.parseInt(status)).getReasonPhrase();
    }

    private static APIResponse problem(String status, FailureCode code) {
        Map<String, Object> example = new LinkedHashMap<>();
        example.put("type", "about:blank");
        example.put("title", title(status));
        example.put("status", Integer.parseInt(status));
        example.put("detail", MESSAGE);
        example.put("code", code.name());
        APIResponse response = OASFactory.createAPIResponse()
                .description(String.valueOf(example.get("title")))
                .content(OASFactory.createContent()
                        .addMediaType(
                                ProblemDetails.MEDIA_TYPE,
                                OASFactory.createMediaType()
                                        .schema(JsonForms.reference(JsonForms.PROBLEM))
                                        .example(example)));
        if (status.equals("429") || status.equals("503")) {
            response.addHeader(
                    "Retry-After",
                    OASFactory.createHeader()
                            .description("Seconds.")
                            .schema(OASFactory.createSchema().addType(SchemaType.INTEGER)));
        }
        return response;
    }

    private void complete(@Nullable Content content, boolean request) {
        if (content == null || content.getMediaTypes() == null) {
            return;
        }
        content.getMediaTypes().forEach((type, media) -> {
            if (media.getSchema() == null) {
                media.setSchema(
                        type.equals("application/zip")
                                ? JsonForms.text().format("binary")
                                : type.equals("application/json")
                                        ? OASFactory.createSchema().addType(SchemaType.OBJECT)
                                        : JsonForms.text());
            }
            if (media.getExample() == null && media.getExamples() == null) {
                example(media, request);
            }
        });
    }

    private void example(MediaType media, boolean request) {
        Map<String, Object> named = request ? examples.requests(media.getSchema()) : Map.of();
        if (named.isEmpty()) {
            media.setExample(examples.of(media.getSchema(), "", request));
        } else {
            named.forEach((name, value) ->
                    media.addExample(name, OASFactory.createExample().value(value)));
        }
    }
}
