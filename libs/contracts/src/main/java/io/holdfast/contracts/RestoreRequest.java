package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is asked of restore-service, on {@code holdfast.restore.requests.v1}. */
public sealed interface RestoreRequest extends Event {

    /**
     * Restore something of a source. At most one of backup, at and label chooses the backup; the latest proven one
     * without any.
     *
     * @param source the source's name
     * @param tables qualified names; the whole database without any; may be absent on the wire
     * @param rows rows by their column values; may be absent on the wire
     * @param dryRun only say what would be done and what stands against it
     * @param withoutSafety why no safety backup is to be taken
     * @param withParents for rows: bring missing rows back that they refer to, too
     * @param despiteChecks go on though the data fails the source's checks
     * @param why what people are told of the reason
     * @param pointInTime the state of exactly {@code at} is wanted: a PostgreSQL server with archived WAL is recovered to it,
     *     of a database of Neon or Amazon RDS a copy is made, and a D1 database or a Supabase project itself goes back to it; no
     *     earlier backup is read
     * @param atLsn instead of {@code at}, with {@code pointInTime}: the state up to this position of the server's WAL
     * @param atXid instead of {@code at}, with {@code pointInTime}: the state up to the commit of this transaction
     * @param confirmProject repeats the reference of the Supabase project that goes back, with all its databases
     */
    @EventType("RestoreRequested")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Requested(
            String source,
            @Nullable BackupId backup,
            @Nullable Instant at,
            @Nullable String label,
            RestoreTarget target,
            List<String> tables,
            List<RowSelection> rows,
            @Nullable Boolean dryRun,
            @Nullable String withoutSafety,
            @Nullable Boolean withParents,
            @Nullable Boolean despiteChecks,
            @Nullable String why,
            @Nullable Boolean pointInTime,
            @Nullable String atLsn,
            @Nullable Long atXid,
            @Nullable String confirmProject)
            implements RestoreRequest {
        private static final Pattern LSN = Pattern.compile("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}");

        /** Smaller ids are PostgreSQL's own. */
        private static final long FIRST_XID = 3;

        public Requested {
            RequiredFields.text("source", source);
            RequiredFields.fields("target", target);
            tables = RequiredFields.listOrEmpty("tables", tables);
            rows = RequiredFields.listOrEmpty("rows", rows);
            if (Stream.of(backup, at, label).filter(Objects::nonNull).count() > 1) {
                throw new IllegalArgumentException(
                        "fields \"backup\", \"at\" and \"label\" each choose the backup; give at most one of them");
            }
            if ((atLsn != null || atXid != null)
                    && Stream.of(backup, at, label, atLsn, atXid)
                                    .filter(Objects::nonNull)
                                    .count()
                            > 1) {
                throw new IllegalArgumentException(
                        "fields \"atLsn\" and \"atXid\" each say where recovery ends; give one"
                                + " of them, and neither \"backup\", \"at\" nor \"label\"");
            }
            if (atLsn != null && !LSN.matcher(atLsn).matches()) {
                throw new IllegalArgumentException("field \"atLsn\" is no LSN; write it as 0/16B3748");
            }
            if (atXid != null && atXid < FIRST_XID) {
                throw new IllegalArgumentException("field \"atXid\" is no id of a transaction");
            }
        }
    }

    /** Rows of one table whose columns have these values, at least one. Values are typed by the table, never SQL text. */
    record RowSelection(String table, Map<String, String> values) {
        public RowSelection {
            RequiredFields.text("table", table);
            values = RequiredFields.entries("values", values);
        }
    }

    /** Bring back the state before a restore. */
    @EventType("RollbackRequested")
    record RollbackRequested(RestoreId restoreId) implements RestoreRequest {
        public RollbackRequested {
            RequiredFields.fields("restoreId", restoreId);
        }
    }

    @EventType("RestoreCancellationRequested")
    record CancellationRequested(RestoreId restoreId) implements RestoreRequest {
        public CancellationRequested {
            RequiredFields.fields("restoreId", restoreId);
        }
    }
}
