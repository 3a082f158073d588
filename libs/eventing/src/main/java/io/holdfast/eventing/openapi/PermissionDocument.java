package io.holdfast.eventing.openapi;

import io.holdfast.access.OwnCredential;
import io.holdfast.access.Requires;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;
import org.jspecify.annotations.Nullable;

/** Writes the permission of each operation into the API's description, as {@code x-permission}. */
final class PermissionDocument {
    static final String EXTENSION = "x-permission";
    private static final String SCHEME = "bearer";
    private static final DotName PATH = DotName.createSimple("jakarta.ws.rs.Path");
    private static final List<HttpMethod> METHODS =
            List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

    private final IndexView index;

    PermissionDocument(IndexView index) {
        this.index = index;
    }

    void complete(OpenAPI document) {
        document.getComponents()
                .addSecurityScheme(
                        SCHEME,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .description("A token; see docs/guide/access.md."));
        for (AnnotationInstance resource : index.getAnnotations(PATH)) {
            if (resource.target().kind() == AnnotationTarget.Kind.CLASS) {
                resource.target()
                        .asClass()
                        .methods()
                        .forEach(method -> complete(document, resource.value().asString(), method));
            }
        }
    }

    private static void complete(OpenAPI document, String base, MethodInfo method) {
        AnnotationInstance below = method.annotation(PATH);
        String path = "/" + (base + "/" + (below == null ? "" : below.value().asString()));
        PathItem item =
                document.getPaths().getPathItem(path.replaceAll("/+", "/").replaceAll("(.)/$", "$1"));
        for (HttpMethod verb : METHODS) {
            Operation operation = item == null ? null : item.getOperations().get(verb);
            if (operation != null && method.hasAnnotation(DotName.createSimple("jakarta.ws.rs." + verb))) {
                operation.addExtension(EXTENSION, permission(method));
                operation.addSecurityRequirement(
                        OASFactory.createSecurityRequirement().addScheme(SCHEME));
            }
        }
    }

    private static @Nullable String permission(MethodInfo method) {
        AnnotationInstance requires = method.annotation(DotName.createSimple(Requires.class));
        if (requires != null) {
            return requires.value().asEnum();
        }
        AnnotationInstance own = method.annotation(DotName.createSimple(OwnCredential.class));
        return own == null ? null : own.value().asString();
    }
}
