package io.holdfast.vault.store;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.InstantSource;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * What is said with an object that is to be locked. Servers without object lock may pass these headers over in silence, so
 * the bucket is asked first, once.
 */
final class ObjectLockHeaders {
    private final S3Settings.Lock wanted;
    private volatile boolean asked;

    ObjectLockHeaders(S3Settings.Lock wanted) {
        this.wanted = wanted;
    }

    /** @throws HoldfastException CONFIG_INVALID if the bucket has no object lock; one that does not tell has to refuse by itself */
    Consumer<PutObjectRequest.Builder> on(ObjectStore store) {
        if (!asked) {
            if (store.abilities().objectLock() == StoreCapabilities.Answer.NO) {
                throw HoldfastException.of(
                        FailureCode.CONFIG_INVALID,
                        "vault " + store.describe()
                                + ": the bucket has no object lock, and holdfast.vault.object-lock asks"
                                + " for one; take a bucket that was made with object lock, or leave the key out");
            }
            asked = true;
        }
        return request -> request.objectLockMode(
                        wanted.compliance() ? ObjectLockMode.COMPLIANCE : ObjectLockMode.GOVERNANCE)
                .objectLockRetainUntilDate(InstantSource.system().instant().plus(wanted.length()));
    }
}
