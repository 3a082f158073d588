package io.holdfast.config;

/** A vendor's secret store, found by {@link java.util.ServiceLoader}, for references such as {@code { provider: NAME }}. */
public interface SecretProvider {
    /** The name that references use. */
    String name();

    /** The secret, fetched anew on each call. Not empty. */
    String secret();
}
