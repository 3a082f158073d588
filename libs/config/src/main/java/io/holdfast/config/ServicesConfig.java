package io.holdfast.config;

import java.net.URI;

/** Where the services are, for each other and for the command line. With a certificate in {@code tls} all are https. */
public record ServicesConfig(
        @ConfigKey(value = "Address of backup-service.", fallback = "\"http://127.0.0.1:8081\"")
        URI backup,

        @ConfigKey(value = "Address of restore-service.", fallback = "\"http://127.0.0.1:8082\"")
        URI restore,

        @ConfigKey(value = "Address of verifier-service.", fallback = "\"http://127.0.0.1:8083\"")
        URI verifier,

        @ConfigKey(value = "Address of notifier-service.", fallback = "\"http://127.0.0.1:8084\"")
        URI notifier,

        @ConfigKey(value = "Address of audit-service.", fallback = "\"http://127.0.0.1:8085\"")
        URI audit) {

    ServicesConfig overTls() {
        return new ServicesConfig(https(backup), https(restore), https(verifier), https(notifier), https(audit));
    }

    private static URI https(URI url) {
        return "http".equals(url.getScheme())
                ? URI.create("https" + url.toString().substring(4))
                : url;
    }
}
