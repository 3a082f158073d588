package io.holdfast.config;

import java.util.Optional;

/**
 * Where backups are restored to be proven.
 *
 * @param postgres empty: a throw-away cluster without network, started from this machine's server binaries
 */
public record ScratchConfig(
        @ConfigKey("PostgreSQL server for proofs, never a source's server. Default: a temporary cluster per proof.")
        Optional<Server> postgres) {

    /** A server on which databases may be created and dropped. */
    public record Server(
            @ConfigKey(
                    value = "URL of its maintenance database.",
                    example = "postgresql://prover@scratch:5432/postgres")
            DatabaseUrl url,

            @ConfigKey(value = "The password.", example = "{ env: SCRATCH_PASSWORD }")
            Optional<SecretRef> password) {}
}
