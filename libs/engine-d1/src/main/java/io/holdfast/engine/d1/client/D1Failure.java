package io.holdfast.engine.d1.client;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.List;
import java.util.Locale;

/** What an answer that is no success means. Kinds that only a message tells apart are told apart by D1's documented texts. */
enum D1Failure {
    /** the token is not known (any more) */
    TOKEN,
    /** the token lacks a right */
    RIGHT,
    /** there is no such database or account */
    UNKNOWN,
    /** too many requests: none is answered for a time */
    RATE,
    /** the account has a database of this name */
    TAKEN,
    /** too many Time Travel restores of this database */
    RESTORES,
    /** an export holds the database */
    EXPORT,
    /** may be different at the next try */
    TRANSIENT,
    /** the result, a value or the work for it is larger than D1 gives: less may be asked for */
    TOO_LARGE,
    /** the statement's objects are not there: definitions changed after they were read */
    SCHEMA,
    /** anything else */
    REFUSED;

    private static final List<String> PASSING = List.of(
            "reset because its code was updated",
            "internal error",
            "network connection lost",
            "transient issue",
            "overloaded",
            "object to be reset",
            "requests queued");

    /** The last three end a query that takes too much; the same one would again. */
    private static final List<String> LARGE = List.of(
            "result is larger",
            "too big",
            "sqlite_toobig",
            "exceeds the size",
            "operation exceeded timeout",
            "exceeded its memory limit",
            "exceeded its cpu time limit");

    /** Cloudflare documents the limit of Time Travel restores, but not its message. */
    private static final List<String> MANY = List.of("too many", "limit", "exceeded");

    private static final List<String> GONE = List.of("no such table", "no such column");

    static D1Failure of(int status, int code, String message) {
        String said = message.toLowerCase(Locale.ROOT);
        if (said.contains("restore") && MANY.stream().anyMatch(said::contains)) {
            return RESTORES;
        }
        if (status == 429) {
            return RATE;
        }
        if (status == 401 || code == 9109 || code == 6003 || code == 6111) {
            return TOKEN;
        }
        if (status == 403) {
            return RIGHT;
        }
        if (status == 404 || code == 7404 || code == 7003) {
            return UNKNOWN;
        }
        if (code == 7502) {
            return TAKEN;
        }
        if (said.contains("long-running export") || said.contains("long-running import")) {
            return EXPORT;
        }
        if (LARGE.stream().anyMatch(said::contains)) {
            return TOO_LARGE;
        }
        if (GONE.stream().anyMatch(said::contains)) {
            return SCHEMA;
        }
        return status >= 500 || PASSING.stream().anyMatch(said::contains) ? TRANSIENT : REFUSED;
    }

    /** @param said by D1, without the token */
    HoldfastException exception(D1Address address, int status, String said) {
        String where = address.shown() + ": ";
        String reason = " (HTTP " + status + ", " + said + ")";
        return switch (this) {
            case TOKEN ->
                HoldfastException.of(
                        FailureCode.SOURCE_AUTHENTICATION_FAILED,
                        where + "Cloudflare does not know the API token" + reason
                                + "; was it revoked, or did it expire? Create one with the right D1 Read and set the"
                                + " source's password");
            case RIGHT ->
                HoldfastException.of(
                        FailureCode.SOURCE_PERMISSION_DENIED,
                        where + "the API token lacks the right to read D1 in account " + address.account() + reason
                                + "; give it D1 Read for this account");
            case UNKNOWN ->
                HoldfastException.of(
                        FailureCode.SOURCE_UNREACHABLE,
                        where + "account " + address.account() + " has no such database" + reason
                                + "; was it deleted? Correct the source's url");
            case RATE ->
                HoldfastException.of(
                        FailureCode.SOURCE_UNREACHABLE, where + "too many requests with its API token" + reason);
            case TAKEN ->
                HoldfastException.of(
                        FailureCode.TARGET_EXISTS,
                        "account " + address.account() + " of D1 has a database of this name" + reason
                                + "; choose another name");
            case RESTORES ->
                HoldfastException.of(
                        FailureCode.REQUEST_RATE_LIMITED, where + "too many Time Travel restores" + reason);
            case EXPORT ->
                HoldfastException.of(
                        FailureCode.SOURCE_LOCK_TIMEOUT,
                        where + "an export or import holds the database" + reason
                                + "; wait for its end, or raise limits.lock-timeout");
            case TRANSIENT ->
                HoldfastException.of(
                        FailureCode.SOURCE_UNREACHABLE,
                        where + "D1 does not answer" + reason + "; see https://www.cloudflarestatus.com");
            case TOO_LARGE ->
                HoldfastException.of(
                        FailureCode.SOURCE_VALUE_TOO_LARGE, where + "a result is too large for D1" + reason);
            case SCHEMA ->
                HoldfastException.of(
                        FailureCode.SOURCE_CHANGED,
                        where + "its definitions changed while it was read" + reason + "; back it up again");
            case REFUSED ->
                HoldfastException.of(FailureCode.SOURCE_UNSUPPORTED, where + "D1 refuses a statement" + reason);
        };
    }
}
