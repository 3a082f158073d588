package io.holdfast.engine.postgres.dump;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.model.QualifiedName;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What pg_restore's errors mean. */
final class PgRestoreErrors {
    /** As pg_restore says it itself; what the server answered to a statement, with "ERROR:", is not meant. */
    private static final Pattern UNCONNECTED = Pattern.compile("pg_restore: error: ((?!ERROR:)[^;])*"
            + "(connection to (server|database)|could not connect to|reconnection failed|FATAL:)");

    /** Rows against a definition of theirs: another attempt ends the same. */
    private static final Pattern CONTRADICTED = Pattern.compile(
            " violates |could not create (unique index|exclusion constraint)|is violated by some row|contains null values");

    private static final Pattern EXTENSION =
            Pattern.compile("pg_restore: from TOC entry \\d+; \\d+ \\d+ EXTENSION (.*?)( \\(no owner\\))? ?");

    private PgRestoreErrors() {}

    /** Whether it is the server's memory, or its table of locks. */
    static boolean exhausted(String errors) {
        return errors.contains("out of shared memory") || errors.contains("out of memory");
    }

    /** The extension that could not be created, if the first error is of one. */
    static @Nullable String extension(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("pg_restore: from TOC entry "))
                .findFirst()
                .map(EXTENSION::matcher)
                .filter(Matcher::matches)
                .map(entry -> entry.group(1))
                .orElse(null);
    }

    /**
     * @param section what it was to load
     * @param extension that could not be created: the server may not have it, or one database may have it only
     */
    static HoldfastException of(DatabaseAddress into, String section, String errors, @Nullable String extension) {
        HoldfastException failure = of(into, section, errors);
        return extension == null || failure.code() != FailureCode.TARGET_LOAD_FAILED
                ? failure
                : HoldfastException.about(
                        extension,
                        FailureCode.TARGET_UNSUITABLE,
                        "extension " + extension + " cannot be created in " + into.shown() + ": " + errors
                                + "; choose a server where CREATE EXTENSION " + QualifiedName.quote(extension)
                                + " succeeds in a new database, or exclude the extension from backups with scope.exclude.extensions");
    }

    private static HoldfastException of(DatabaseAddress into, String section, String errors) {
        FailureCode code = FailureCode.TARGET_LOAD_FAILED;
        // a write that the disk cut short says "wrote only", and the hint about it is not among the errors
        if (errors.contains("No space left on device")
                || errors.contains("could not extend file")
                || errors.contains("wrote only")) {
            code = FailureCode.TARGET_DISK_FULL;
        } else if (exhausted(errors)
                || errors.contains("is not available")
                // what a newer release or an extension of the source's server knows, such as pg_attver since 15.20
                || errors.contains("unrecognized parameter \"")) {
            code = FailureCode.TARGET_UNSUITABLE; // the server's limits, not what is restored
        } else if (errors.contains("server closed the connection")
                || errors.contains("terminating connection")
                || errors.contains("no connection to the server")) {
            code = FailureCode.TARGET_CONNECTION_LOST;
        } else if (UNCONNECTED.matcher(errors).find()) {
            code = FailureCode.TARGET_UNREACHABLE; // no connection, or none any more: nothing of what is restored
        } else if (errors.contains("permission denied")
                || errors.contains("must be owner")
                || errors.contains("must be member of role")
                || errors.contains("must be superuser")
                || errors.contains("must have CREATE privilege")
                || errors.contains("must be able to SET ROLE")) {
            code = FailureCode.TARGET_PERMISSION_DENIED;
        }
        return HoldfastException.of(
                code,
                "pg_restore of the schema (" + section + ") into " + into.shown() + " failed: " + errors + "; "
                        + (CONTRADICTED.matcher(errors).find()
                                ? "the rows were so at the source, and it is put right there; to have them all without what"
                                        + " they contradict: ./holdfast vault restore --keep-going"
                                : "restore again once that is put right"));
    }
}
