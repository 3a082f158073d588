package io.holdfast.config;

import java.net.URI;

/** Where the services are, for each other and for the command line. */
public record ServicesConfig(
        @Key(value = "backup-service.", fallback = "\"http://127.0.0.1:8081\"")
        URI backup,

        @Key(value = "restore-service.", fallback = "\"http://127.0.0.1:8082\"")
        URI restore,

        @Key(value = "verifier-service.", fallback = "\"http://127.0.0.1:8083\"")
        URI verifier,

        @Key(value = "notifier-service.", fallback = "\"http://127.0.0.1:8084\"")
        URI notifier,

        @Key(value = "audit-service.", fallback = "\"http://127.0.0.1:8085\"")
        URI audit) {}
