package io.holdfast.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may call the platform.
 *
 * @param tokens by the principal's name, which the activity log shows
 * @param oidc empty: tokens of identity providers are refused
 * @param roles by values of the claim that {@code oidc.roles-claim} names; a value without an entry grants nothing
 * @param producers by name; with its name before it, as in {@code billing/2026-01}, a key's id is that of a signature
 * @param requestMaxAge of the attribute {@code time} of a signed request
 */
public record AccessConfig(
        @ConfigKey(
                value = "Bearer tokens, by principal.",
                pattern = "^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$",
                rule = "a principal's name has 1 to 63 letters, digits, dots, dashes, underscores and @",
                example = "{ ci: { token: { env: CI_TOKEN }, roles: [operator] } }")
        Map<String, Principal> tokens,

        @ConfigKey(
                value = "Roles of requests without a token. Default: none, such requests are refused.",
                example = "[viewer]")
        List<Role> anonymous,

        @ConfigKey("The OpenID Connect provider whose access tokens identify persons.")
        Optional<OidcConfig> oidc,

        @ConfigKey(
                value =
                        "What persons may do, by the values of the claim that `oidc.roles-claim` names. A value without an entry grants nothing.",
                example = "{ dba: { roles: [restorer], sources: [portal] } }")
        Map<String, ClaimGrant> roles,

        @ConfigKey(
                value = "Producers that sign their requests over Kafka, by the name that the activity log shows.",
                pattern = "^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$",
                rule = "a producer's name has 1 to 63 letters, digits, dots, dashes, underscores and @",
                example = "{ billing: { keys: { \"2026-01\": billing.pem }, roles: [restorer] } }")
        Map<String, Producer> producers,

        @ConfigKey(
                value = "Maximum age of a signed request when a service reads it. Producers sign when they send.",
                fallback = "10m")
        Duration requestMaxAge,

        @ConfigKey(
                "Key with which the services sign their own requests over Kafka: restore-service for safety backups. Needed where `unsigned-requests` is `reject`.")
        Optional<ServiceKey> serviceKey,

        @ConfigKey(value = "Whether GET /q/metrics requires a token.", fallback = "token")
        MetricsAccess metrics,

        @ConfigKey(
                "Limits of requests. GET /q/metrics counts for the limit of refused tokens only, and the health endpoints have none.")
        LimitsConfig limits,

        @ConfigKey(
                value = "Bearer token of GET /api/cron/backup. Without it the endpoint takes no request.",
                example = "{ env: CRON_SECRET }")
        Optional<SecretRef> cronSecret) {

    /** @param sources empty together with {@code environments}: all sources, also those to come */
    public record Principal(
            @ConfigKey(value = "The token.", example = "{ env: CI_TOKEN }")
            SecretRef token,

            @ConfigKey(value = "Roles of the principal.", example = "[operator]", nonEmpty = true)
            List<Role> roles,

            @ConfigKey(value = "Sources to which the roles are limited. Default: all.", example = "[portal]")
            List<String> sources,

            @ConfigKey(
                    value = "Environments to whose sources the roles are limited. Default: all.",
                    example = "[staging]")
            List<String> environments) {}

    /** @param sources empty together with {@code environments}: all sources, also those to come */
    public record ClaimGrant(
            @ConfigKey(value = "Roles of persons with this value.", example = "[operator]", nonEmpty = true)
            List<Role> roles,

            @ConfigKey(value = "Sources to which the roles are limited. Default: all.", example = "[portal]")
            List<String> sources,

            @ConfigKey(
                    value = "Environments to whose sources the roles are limited. Default: all.",
                    example = "[staging]")
            List<String> environments) {}

    /** @param sources empty together with {@code environments}: all sources, also those to come */
    public record Producer(
            @ConfigKey(
                    value =
                            "PEM files of public keys, by key id: Ed25519, EC P-256, or RSA of 2048 bits or more. Several keys overlap while a producer changes its key. A file is read when this file is read.",
                    pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
                    rule = "a key's id has 1 to 63 letters, digits, dots, dashes and underscores",
                    example = "{ \"2026-01\": billing.pem }",
                    nonEmpty = true)
            Map<String, PublicKeyFile> keys,

            @ConfigKey(value = "Roles of the producer.", example = "[backup]", nonEmpty = true)
            List<Role> roles,

            @ConfigKey(value = "Sources to which the roles are limited. Default: all.", example = "[portal]")
            List<String> sources,

            @ConfigKey(
                    value = "Environments to whose sources the roles are limited. Default: all.",
                    example = "[staging]")
            List<String> environments) {}

    /** The private key of one of {@code producers}. */
    public record ServiceKey(
            @ConfigKey(
                    value = "Id of the key: PRODUCER/KEY, as under `access.producers`.",
                    pattern = "^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}/[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
                    rule = "the id is written PRODUCER/KEY",
                    example = "holdfast/2026-01")
            String id,

            @ConfigKey(value = "The private key as PEM, PKCS #8.", example = "{ file: /run/secrets/holdfast.pem }")
            SecretRef key) {}

    /** Whether metrics are open to everybody who reaches the port. */
    public enum MetricsAccess {
        TOKEN,
        OPEN
    }

    /**
     * VIEWER reads metadata; BACKUP takes backups and reads no data; OPERATOR backs up, verifies, manages schedules, holds and
     * retention; RESTORER is an operator who restores and exports; APPROVER approves restores; AUDITOR reads the activity log;
     * ADMIN may do everything.
     */
    public enum Role {
        VIEWER,
        BACKUP,
        OPERATOR,
        RESTORER,
        APPROVER,
        AUDITOR,
        ADMIN
    }
}
