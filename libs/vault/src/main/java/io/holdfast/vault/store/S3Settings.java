package io.holdfast.vault.store;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which bucket, and how to reach it.
 *
 * @param endpoint null for Amazon's own of the region
 * @param pathStyle bucket in the path instead of the host name, as most S3-compatible servers want
 * @param prefix below which all keys live; "" for the whole bucket; a closing slash is added if missing
 * @param accessKey null, together with secretKey, for the AWS default chain (environment, profile, instance role)
 * @param attemptTimeout for one request from start to end
 * @param checksumsWhenRequired whether {@code x-amz-checksum-*} headers are left out wherever S3 does not require them
 * @param lock what {@link ObjectStore#putLocked} asks of the bucket; null for nothing
 */
public record S3Settings(
        @Nullable URI endpoint,
        String region,
        boolean pathStyle,
        String bucket,
        String prefix,
        @Nullable String accessKey,
        @Nullable String secretKey,
        Duration attemptTimeout,
        @Nullable Lock lock,
        boolean checksumsWhenRequired) {

    /** Until then nobody may delete an object: with {@code compliance} nobody at all, else who has a special right may. */
    public record Lock(boolean compliance, Duration length) {}

    public S3Settings {
        if (bucket.isBlank()) {
            throw new IllegalArgumentException("vault: bucket is empty; set holdfast.vault.bucket");
        }
        prefix = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    public S3Settings(
            @Nullable URI endpoint,
            String region,
            boolean pathStyle,
            String bucket,
            String prefix,
            @Nullable String accessKey,
            @Nullable String secretKey) {
        this(endpoint, region, pathStyle, bucket, prefix, accessKey, secretKey, Duration.ofSeconds(60));
    }

    public S3Settings(
            @Nullable URI endpoint,
            String region,
            boolean pathStyle,
            String bucket,
            String prefix,
            @Nullable String accessKey,
            @Nullable String secretKey,
            Duration attemptTimeout) {
        this(endpoint, region, pathStyle, bucket, prefix, accessKey, secretKey, attemptTimeout, null, false);
    }

    public S3Settings locking(@Nullable Lock wanted) {
        return new S3Settings(
                endpoint,
                region,
                pathStyle,
                bucket,
                prefix,
                accessKey,
                secretKey,
                attemptTimeout,
                wanted,
                checksumsWhenRequired);
    }

    public S3Settings checksumsWhenRequired(boolean wanted) {
        return new S3Settings(
                endpoint, region, pathStyle, bucket, prefix, accessKey, secretKey, attemptTimeout, lock, wanted);
    }

    String describe() {
        return "s3://" + bucket + "/" + prefix + (endpoint == null ? " (" + region + ")" : " at " + endpoint);
    }

    /** Without the credentials. */
    @Override
    public String toString() {
        return describe();
    }
}
