package io.holdfast.config;

import java.nio.file.Path;
import java.util.Optional;

/** TLS of the services' REST APIs. With {@code cert} and {@code key} all services answer over HTTPS only. */
@RequiredTogether({"cert", "key"})
public record TlsConfig(
        @ConfigKey(
                value =
                        "PEM file of the certificate, followed by its intermediate certificates. Its names must contain the hosts below services. A renewed file is read within 5 minutes.",
                example = "/etc/holdfast/tls/cert.pem")
        Optional<Path> cert,

        @ConfigKey(value = "PEM file of the private key (PKCS #8).", example = "/etc/holdfast/tls/key.pem")
        Optional<Path> key,

        @ConfigKey(
                value =
                        "PEM file of the certificates that services and the command line trust when they call a service. Default: the JVM's certificates.",
                example = "/etc/holdfast/tls/ca.pem")
        Optional<Path> ca) {

    /** Whether the services answer over HTTPS. */
    public boolean on() {
        return cert.isPresent();
    }
}
