package io.holdfast.vault.store;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What S3's answers mean for the vault. */
final class S3Failures {
    /** Client errors by status, yet passing: the body did not arrive whole, or two conditional writes met. */
    private static final Set<String> PASSING =
            Set.of("RequestTimeout", "IncompleteBody", "BadDigest", "ConditionalRequestConflict", "OperationAborted");

    private final String where;

    S3Failures(String where) {
        this.where = where;
    }

    Failure of(String action, Throwable cause) {
        return cause instanceof S3Exception answer ? answered(action, answer) : unreachable(action, cause);
    }

    Failure missingBucket(Throwable cause) {
        return Failure.of(
                FailureCode.VAULT_MISSING,
                "vault " + where
                        + ": there is no such bucket; create it, or correct holdfast.vault.bucket and endpoint",
                cause);
    }

    private Failure answered(String action, S3Exception answer) {
        int status = answer.statusCode();
        String code = code(answer);
        if ("NoSuchBucket".equals(code)) {
            return missingBucket(answer);
        }
        if (PASSING.contains(code) || (status >= 500 && status != 501) || status == 429 || status == 409) {
            return Failure.of(
                    FailureCode.VAULT_UNREACHABLE,
                    "vault " + where + ": " + action + " failed (" + status + " " + code
                            + "); the server had a problem: look there if it stays",
                    answer);
        }
        if (status == 401 || status == 403) {
            return Failure.of(
                    FailureCode.VAULT_ACCESS_DENIED,
                    "vault " + where + ": " + action + " was refused (" + status + " " + code
                            + "); check access key and secret, the clock, and the right to list, get, put and delete",
                    answer);
        }
        return Failure.of(
                FailureCode.CONFIG_INVALID,
                "vault " + where + ": " + action + " was refused (" + status + " " + code
                        + "); check endpoint, region, path-style, and that the server implements conditional writes",
                answer);
    }

    private Failure unreachable(String action, Throwable cause) {
        return Failure.of(
                FailureCode.VAULT_UNREACHABLE,
                "vault " + where + ": " + action + " got no answer (" + innermost(cause)
                        + "); is the endpoint right, up and reachable from here?",
                cause);
    }

    private static String code(AwsServiceException answer) {
        var details = answer.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        return code == null ? "no code" : code;
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
