package io.holdfast.vault.store;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What S3's answers mean for the vault. */
final class S3ErrorTranslator {
    /** Client errors by status, yet passing: the body did not arrive whole, or two conditional writes met. */
    private static final Set<String> PASSING =
            Set.of("RequestTimeout", "IncompleteBody", "BadDigest", "ConditionalRequestConflict", "OperationAborted");

    /** MinIO's, Ceph's and others' words for it, not all of them with status 507. */
    private static final Set<String> FULL =
            Set.of("InsufficientStorage", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded");

    /** Refused credentials, and what to do about each; S3 returns some of them with status 400. */
    private static final Map<String, String> CREDENTIALS = Map.of(
            "ExpiredToken",
            "the session token of the credentials has expired; renew the credentials, and use a role or a key that the"
                    + " AWS default chain can renew",
            "RequestTimeTooSkewed",
            "the clock of this machine differs from the server's by too much; synchronise the clock, for example by NTP",
            "InvalidAccessKeyId",
            "the server knows no such access key; correct holdfast.vault.access-key, or create the key again");

    private static final String NO_SUCH_KEY = "NoSuchKey";
    private static final String NO_CODE = "no code";
    private static final int NOT_FOUND = 404;
    private static final int INSUFFICIENT_STORAGE = 507;

    private final String where;

    S3ErrorTranslator(String where) {
        this.where = where;
    }

    HoldfastException of(String action, Throwable cause) {
        return cause instanceof S3Exception answer ? answered(action, answer) : unreachable(action, cause);
    }

    HoldfastException missingBucket(Throwable cause) {
        return HoldfastException.of(
                FailureCode.VAULT_MISSING,
                "vault " + where
                        + ": there is no such bucket; create it, or correct holdfast.vault.bucket and endpoint",
                cause);
    }

    HoldfastException ofSomebodyElse(String action, @Nullable Throwable cause) {
        String message =
                "vault " + where + ": " + action + " got an answer that is no S3 server's; is the endpoint right,"
                        + " and nothing like a proxy in between?";
        return new HoldfastException(FailureReason.of(FailureCode.VAULT_UNREACHABLE, message), cause);
    }

    /** A proxy whose server is away says 404, too, and knows nothing of the object. */
    static boolean isNoSuchKey(S3Exception answer) {
        return NO_SUCH_KEY.equals(code(answer));
    }

    HoldfastException cutOff(String listing) {
        return HoldfastException.of(
                FailureCode.VAULT_UNREACHABLE,
                "vault " + where + ": LIST " + listing
                        + " was cut off: the server says that there is more, and not how to get it; look at its log if it"
                        + " stays");
    }

    private HoldfastException answered(String action, S3Exception answer) {
        int status = answer.statusCode();
        String code = code(answer);
        if ("NoSuchBucket".equals(code)) {
            return missingBucket(answer);
        }
        if (status == NOT_FOUND && NO_CODE.equals(code)) {
            return ofSomebodyElse(action, answer);
        }
        if (FULL.contains(code) || status == INSUFFICIENT_STORAGE) {
            return HoldfastException.of(
                    FailureCode.VAULT_FULL,
                    "vault " + where + ": " + action + " was refused (" + status + " " + code
                            + "), there is no room left; free space or raise the quota, then run again",
                    answer);
        }
        if (PASSING.contains(code) || (status >= 500 && status != 501) || status == 429 || status == 409) {
            return HoldfastException.of(
                    FailureCode.VAULT_UNREACHABLE,
                    "vault " + where + ": " + action + " failed (" + status + " " + code
                            + "); the server had a problem: look there, at its log and its disk, if it stays",
                    answer);
        }
        String credentials = CREDENTIALS.get(code);
        if (credentials != null) {
            return HoldfastException.of(
                    FailureCode.VAULT_ACCESS_DENIED,
                    "vault " + where + ": " + action + " was refused (" + status + " " + code + "): " + credentials,
                    answer);
        }
        if (status == 401 || status == 403) {
            return HoldfastException.of(
                    FailureCode.VAULT_ACCESS_DENIED,
                    "vault " + where + ": " + action + " was refused (" + status + " " + code
                            + "); check access key and secret, the clock, and the right to list, get, put and delete",
                    answer);
        }
        return HoldfastException.of(
                FailureCode.CONFIG_INVALID,
                "vault " + where + ": " + action + " was refused (" + status + " " + code
                        + "); check endpoint, region, path-style, and that the server implements conditional writes; if it refuses"
                        + " x-amz-checksum-* headers, set holdfast.vault.checksums: when-required",
                answer);
    }

    private HoldfastException unreachable(String action, Throwable cause) {
        return HoldfastException.of(
                FailureCode.VAULT_UNREACHABLE,
                "vault " + where + ": " + action + " got no answer (" + innermost(cause)
                        + "); is the endpoint right, up and reachable from here?",
                cause);
    }

    /** No answer came although the server was there: the connection ended during the request. */
    static boolean lostTheConnection(HoldfastException holdfastException) {
        return holdfastException.getCause() instanceof SdkClientException lost
                && lost.getCause() instanceof IOException e
                && !(e instanceof ConnectException);
    }

    private static String code(AwsServiceException answer) {
        var details = answer.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        return code == null ? NO_CODE : code;
    }

    private static String innermost(Throwable cause) {
        Throwable inner = cause;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        String message = inner.getMessage();
        return message == null ? inner.getClass().getSimpleName() : message;
    }
}
