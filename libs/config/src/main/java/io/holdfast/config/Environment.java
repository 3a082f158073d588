package io.holdfast.config;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** Where secrets and the place of the configuration file come from: the process's environment, or a test's map. */
public interface Environment {
    /** The value of an environment variable. */
    Optional<String> variable(String name);

    /** The secret of a provider; empty if no provider has this name. */
    default Optional<String> provided(String provider) {
        return Optional.empty();
    }

    /** The process's own, with the {@link SecretProvider}s on the class path. */
    static Environment system() {
        return new Environment() {
            @Override
            public Optional<String> variable(String name) {
                return Optional.ofNullable(System.getenv(name));
            }

            @Override
            public Optional<String> provided(String provider) {
                return ServiceLoader.load(SecretProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(candidate -> candidate.name().equals(provider))
                        .findFirst()
                        .map(SecretProvider::secret);
            }
        };
    }

    /** Variables from a map, and no providers. */
    static Environment of(Map<String, String> variables) {
        Map<String, String> copy = Map.copyOf(variables);
        return name -> Optional.ofNullable(copy.get(name));
    }
}
