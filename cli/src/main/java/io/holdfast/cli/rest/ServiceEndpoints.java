package io.holdfast.cli.rest;

import io.holdfast.devstack.Service;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Where each of the five services is. */
public record ServiceEndpoints(Map<Service, URI> uris) {

    public ServiceEndpoints {
        uris = Map.copyOf(uris);
    }

    /** {@code http://127.0.0.1:8081} to {@code 8085}: what {@code ./holdfast up} serves. */
    public static ServiceEndpoints local() {
        return ports("http", "127.0.0.1");
    }

    /**
     * Reads what people write after {@code --server}.
     *
     * <ul>
     *   <li>{@code http://host} or {@code http://host:8081}: the five services on their own ports of that host
     *   <li>{@code https://host}, any other port, or a path: one gateway in front of all five
     *   <li>{@code backup=URL,restore=URL,…}: each by itself, the others on this machine
     * </ul>
     */
    public static ServiceEndpoints parse(String text) {
        if (text.contains("=")) {
            return each(text);
        }
        URI uri = uri(text.strip());
        boolean ownPorts = uri.getPort() == -1
                ? uri.getScheme().equals("http")
                : uri.getPort() >= Service.BACKUP.port() && uri.getPort() <= Service.AUDIT.port();
        if (uri.getPath().isEmpty() && ownPorts) {
            return ports(uri.getScheme(), uri.getHost());
        }
        Map<Service, URI> all = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            all.put(service, uri);
        }
        return new ServiceEndpoints(all);
    }

    public URI of(Service service) {
        return uris.getOrDefault(service, URI.create("http://127.0.0.1:" + service.port()));
    }

    /** The text that {@link #parse} reads: {@code backup=URL,restore=URL,…}. */
    @Override
    public String toString() {
        return uris.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey().schema() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }

    private static ServiceEndpoints each(String text) {
        Map<Service, URI> found = new EnumMap<>(Service.class);
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw notAServer(text);
            }
            try {
                found.put(
                        Service.named(part.substring(0, equals).strip()),
                        uri(part.substring(equals + 1).strip()));
            } catch (IllegalArgumentException e) {
                throw CommandException.usage("--server: " + e.getMessage());
            }
        }
        return new ServiceEndpoints(found);
    }

    private static ServiceEndpoints ports(String scheme, String host) {
        Map<Service, URI> found = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            found.put(service, URI.create(scheme + "://" + host + ":" + service.port()));
        }
        return new ServiceEndpoints(found);
    }

    private static URI uri(String text) {
        URI uri;
        try {
            uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        } catch (IllegalArgumentException e) {
            throw notAServer(text);
        }
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getUserInfo() != null) {
            throw notAServer(text);
        }
        return uri;
    }

    private static CommandException notAServer(String text) {
        return CommandException.usage("--server or HOLDFAST_URL "
                + (text.contains("@") // what stands before it may be a password
                        ? "holds a user or password; a token goes into HOLDFAST_TOKEN"
                        : "is \"" + text + "\"")
                + "; want http://host, https://gateway or backup=http://host:8081,restore=…");
    }
}
