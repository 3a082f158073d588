package io.holdfast.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The S3 bucket and prefix where backups live, and the key that opens them.
 *
 * @param endpoint empty: Amazon's for the region
 * @param accessKey empty, as is {@code secretKey}: the AWS SDK's default chain of credentials
 */
@RequiredTogether({"access-key", "secret-key"})
public record VaultConfig(
        @ConfigKey(
                value = "URL of the S3 server. Default: Amazon's endpoint of the region.",
                example = "\"http://127.0.0.1:9000\"")
        Optional<URI> endpoint,

        @ConfigKey(
                value = "The S3 region.",
                fallback = "us-east-1",
                pattern = "^[A-Za-z0-9-]+$",
                rule = "a region is letters, digits and dashes")
        String region,

        @ConfigKey(
                value =
                        "Put the bucket into the path instead of the host name; most S3 servers other than Amazon's require it.",
                fallback = "false")
        boolean pathStyle,

        @ConfigKey(
                value = "The bucket.",
                example = "holdfast",
                pattern = "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
                rule = "a bucket's name has 3 to 63 lower-case letters, digits, dots and dashes")
        String bucket,

        @ConfigKey(
                value = "Common prefix of all object keys; each prefix is a separate vault.",
                fallback = "\"\"",
                example = "prod/holdfast",
                pattern = "^(?!(.*/)?\\.\\.?(/|$))([A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*)?$",
                rule =
                        "a prefix neither starts nor ends with a slash, and has letters, digits and !_.*'()- between slashes, but not . or .. alone")
        String prefix,

        @ConfigKey(
                value = "Create the vault at start if the prefix is empty; otherwise `vault init` creates it.",
                fallback = "false")
        boolean create,

        @ConfigKey(
                value = "S3 access key. Without it and secret-key, the AWS default credentials chain.",
                example = "{ env: S3_KEY }")
        Optional<SecretRef> accessKey,

        @ConfigKey(value = "S3 secret key.", example = "{ env: S3_SECRET }")
        Optional<SecretRef> secretKey,

        @ConfigKey(
                value = "Path of the key file. Without it no backup can be read: keep a copy in another place.",
                example = "/etc/holdfast/vault.key")
        Path keyFile,

        @ConfigKey(
                value =
                        "Whether requests carry `x-amz-checksum-*` headers wherever S3 supports them; `when-required` for a server that refuses these headers. Holdfast checks every chunk itself in both cases.",
                fallback = "when-supported")
        Checksums checksums,

        @ConfigKey("Object lock of chunks and manifests.") Optional<ObjectLock> objectLock) {

    /** The SDK's modes of checksums in requests and responses. */
    public enum Checksums {
        WHEN_SUPPORTED,
        WHEN_REQUIRED
    }

    /** How each chunk and each manifest is locked when it is written. The bucket must have object lock. */
    public record ObjectLock(
            @ConfigKey("`governance`: users with a special right can delete; `compliance`: no user can delete.")
            LockMode mode,

            @ConfigKey(
                    name = "for",
                    value =
                            "How long. A chunk that later backups reuse keeps the lock of its first writing, so longer than you keep backups.",
                    example = "30d")
            Duration lasting) {}

    /** The modes that S3 has. */
    public enum LockMode {
        GOVERNANCE,
        COMPLIANCE
    }
}
