package io.holdfast.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One platform for all test classes that ask for a {@link Rig}; it ends with the last of them. */
final class SharedRig implements ParameterResolver {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(SharedRig.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Rig.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(OURS).computeIfAbsent(Rig.class, key -> start(), Rig.class);
    }

    private static Rig start() {
        try {
            return Rig.start(Files.createTempDirectory("holdfast-e2e-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
