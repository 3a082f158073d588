package io.holdfast.eventing.outbound;

/**
 * A port of the platform itself.
 *
 * @param name for messages, such as {@code the vault}
 */
record PlatformEndpoint(String name, String host, int port) {}
