package io.holdfast.backup.approval;

import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of approvals, in the transaction of the connection. */
@ApplicationScoped
class ApprovalTable {
    private static final String COLUMNS = "id, operation, backup_id, source_id, source_name, requester, requested_at,"
            + " approver, approved_at, expires_at";

    /** Stores a request, or returns the request or approval that the requester has for this operation. */
    OperationApproval requested(Connection connection, OperationApproval request) throws SQLException {
        try (var statement = connection.prepareStatement("""
                insert into operation_approval as a (id, operation, backup_id, source_id, source_name, requester,
                    requested_at, expires_at)
                values (?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (operation, backup_id, requester) do update set requester = excluded.requester
                returning\s""" + COLUMNS)) {
            statement.setObject(1, UUID.fromString(request.id()));
            statement.setString(2, request.operation());
            statement.setObject(3, UUID.fromString(request.backupId()));
            statement.setObject(4, request.source().id().value());
            statement.setString(5, request.source().name());
            statement.setString(6, request.requester());
            statement.setTimestamp(7, Timestamp.from(request.requestedAt()));
            statement.setTimestamp(8, Timestamp.from(request.expiresAt()));
            return list(statement.executeQuery()).getFirst();
        }
    }

    /** The row, locked until the transaction ends. */
    Optional<OperationApproval> locked(Connection connection, UUID id) throws SQLException {
        try (var statement =
                connection.prepareStatement("select " + COLUMNS + " from operation_approval where id = ? for update")) {
            statement.setObject(1, id);
            return list(statement.executeQuery()).stream().findFirst();
        }
    }

    OperationApproval approve(Connection connection, UUID id, String approver, Instant now, Instant until)
            throws SQLException {
        try (var statement = connection.prepareStatement("update operation_approval set approver = ?, approved_at = ?,"
                + " expires_at = ? where id = ? returning " + COLUMNS)) {
            statement.setString(1, approver);
            statement.setTimestamp(2, Timestamp.from(now));
            statement.setTimestamp(3, Timestamp.from(until));
            statement.setObject(4, id);
            return list(statement.executeQuery()).getFirst();
        }
    }

    /** Those that have not expired, the newest first; at most 200. */
    List<OperationApproval> open(Connection connection, Instant now) throws SQLException {
        try (var statement = connection.prepareStatement("select " + COLUMNS + " from operation_approval"
                + " where expires_at > ? order by requested_at desc, id limit 200")) {
            statement.setTimestamp(1, Timestamp.from(now));
            return list(statement.executeQuery());
        }
    }

    /** Removes those that have expired. */
    List<OperationApproval> removeExpired(Connection connection, Instant now) throws SQLException {
        try (var statement = connection.prepareStatement(
                "delete from operation_approval where expires_at <= ? returning " + COLUMNS)) {
            statement.setTimestamp(1, Timestamp.from(now));
            return list(statement.executeQuery());
        }
    }

    private static List<OperationApproval> list(ResultSet rows) throws SQLException {
        List<OperationApproval> list = new ArrayList<>();
        try (rows) {
            while (rows.next()) {
                list.add(new OperationApproval(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        new SourceRef(new SourceId(rows.getObject(4, UUID.class)), rows.getString(5)),
                        rows.getString(6),
                        rows.getTimestamp(7).toInstant(),
                        rows.getString(8),
                        instant(rows.getTimestamp(9)),
                        rows.getTimestamp(10).toInstant()));
            }
        }
        return list;
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
