package io.holdfast.devstack;

import java.util.Locale;

/** The five services: their modules, schemas, roles and ports. */
public enum Service {
    BACKUP(8081),
    RESTORE(8082),
    VERIFIER(8083),
    NOTIFIER(8084),
    AUDIT(8085);

    private final int port;

    Service(int port) {
        this.port = port;
    }

    /** The port under {@code ./holdfast up}. */
    public int port() {
        return port;
    }

    /** Its schema's name. */
    public String schema() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its database role's name. */
    public String role() {
        return schema() + "_service";
    }

    /** Its Maven module and the name of its process. */
    public String module() {
        return schema() + "-service";
    }

    /** The service of a name such as {@code backup} or {@code backup-service}. */
    public static Service named(String name) {
        for (Service service : values()) {
            if (service.schema().equals(name) || service.module().equals(name)) {
                return service;
            }
        }
        throw new IllegalArgumentException(
                "no service is named \"" + name + "\"; there are backup, restore, verifier, notifier and audit");
    }
}
