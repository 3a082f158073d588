package io.holdfast.eventing.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jboss.jandex.IndexView;

/**
 * Completes the document that Quarkus reads from the code, at build time: the JSON form of ids and of {@code RestoreTarget},
 * required fields, limits, problems and examples.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ApiDocumentFilter implements OASFilter {
    private final IndexView index;

    public ApiDocumentFilter(IndexView index) {
        this.index = index;
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        if (document.getComponents() == null) {
            document.setComponents(OASFactory.createComponents());
        }
        Map<String, Schema> schemas = new JsonForms(index, document).completed();
        document.getComponents().setSchemas(schemas);
        if (document.getPaths() == null || document.getPaths().getPathItems() == null) {
            return;
        }
        new PermissionDocument(index).complete(document);
        OperationRules rules = new OperationRules(new ExampleFactory(schemas));
        for (PathItem path : document.getPaths().getPathItems().values()) {
            path.getOperations().forEach(rules::complete);
        }
    }
}
