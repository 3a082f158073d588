package io.holdfast.eventing.access;

import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ResourceInfo;

/** The path of an operation with its parameters' names instead of their values. */
final class OperationPath {
    private OperationPath() {}

    static String template(ResourceInfo info) {
        Path resource = info.getResourceClass().getAnnotation(Path.class);
        Path method = info.getResourceMethod().getAnnotation(Path.class);
        String base = resource == null ? "" : resource.value();
        return method == null ? base : base + "/" + method.value();
    }
}
