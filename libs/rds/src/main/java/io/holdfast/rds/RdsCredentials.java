package io.holdfast.rds;

import io.holdfast.engine.connect.PasswordSupplier;
import java.util.Optional;

/**
 * The keys of the API, read before each request.
 *
 * @param keys empty: the AWS SDK's default chain of credentials
 */
public record RdsCredentials(Optional<Keys> keys) {
    /** Both are secret. */
    public record Keys(PasswordSupplier accessKey, PasswordSupplier secretKey) {}
}
