package io.holdfast.backup.approval;

import io.holdfast.access.Permission;
import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.config.ApprovalPolicy;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.access.Approvers;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.runtime.JdbcTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A second person's approval of a deletion or an export, where the source wants it. The first call is refused and names the
 * request; once another person has approved it, the requester may do that operation on that backup for an hour. A request
 * without an approval expires. Calls block.
 */
@ApplicationScoped
public class OperationApprovals {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    static final Duration VALID = Duration.ofHours(1);
    static final String NAME = "approval-waiting";

    private final ApprovalTable table;
    private final SourceRegistry sources;
    private final Approvers approvers;
    private final AlertBook alerts;
    private final LiveConfig live;
    private final DataSource database;
    private final InstantSource clock;

    OperationApprovals(
            ApprovalTable table,
            SourceRegistry sources,
            Approvers approvers,
            AlertBook alerts,
            LiveConfig live,
            DataSource database,
            InstantSource clock) {
        this.table = table;
        this.sources = sources;
        this.approvers = approvers;
        this.alerts = alerts;
        this.live = live;
        this.database = database;
        this.clock = clock;
    }

    /**
     * Returns if the operation needs no approval or has it.
     *
     * @throws HoldfastException REQUEST_CONFLICT about the request's id while it waits; REQUEST_FORBIDDEN without a token;
     *     CONFIG_INVALID if no other user has the right to approve it
     */
    public void require(ApprovedOperation operation, Backup backup, Access by) {
        if (!isRequired(operation, backup)) {
            return;
        }
        String source = backup.source().name();
        if (!by.principal().isKnown()) {
            throw HoldfastException.about(
                    source,
                    FailureCode.REQUEST_FORBIDDEN,
                    operation.gerund() + " of source \"" + source
                            + "\" needs a token, because a second user has to approve it");
        }
        approvers.refuseWithout(source, by.name(), operation.plural());
        OperationApproval found = inTransaction(connection -> {
            Instant now = clock.instant();
            endAlerts(connection, table.removeExpired(connection, now));
            OperationApproval request = table.requested(connection, request(operation, backup, by, now));
            if (!request.isApproved()) {
                alerts.raise(connection, condition(request, operation));
            }
            return request;
        });
        if (!found.isApproved()) {
            throw HoldfastException.about(
                    found.id(),
                    FailureCode.REQUEST_CONFLICT,
                    operation.gerund() + " of source \"" + source
                            + "\" needs the approval of a second user: ./holdfast approve " + found.id()
                            + "; then repeat the command within an hour");
        }
    }

    /** The configuration of a source is found by its id: backups keep the name that it had. */
    private boolean isRequired(ApprovedOperation operation, Backup backup) {
        return sources.configured(backup.source().id())
                .map(source -> operation.policy(source.config().approval()) == ApprovalPolicy.REQUIRED)
                .orElseGet(() -> anyRequires(operation));
    }

    /** A source that left the configuration has no policy of its own: the strictest of the others counts. */
    private boolean anyRequires(ApprovedOperation operation) {
        return live.current().sources().values().stream()
                .anyMatch(source -> operation.policy(source.approval()) == ApprovalPolicy.REQUIRED);
    }

    /**
     * Approves a request as another person than the requester.
     *
     * @throws HoldfastException REQUEST_FORBIDDEN for the requester, REQUEST_CONFLICT if it is approved already,
     *     BACKUP_UNKNOWN if no such request waits or its source is hidden from the approver
     */
    OperationApproval approve(UUID id, Access by) {
        OperationApproval waiting = inTransaction(connection -> required(connection, id, by));
        approvers.refuseNewer(waiting.requestedAt(), by.principal()).await().atMost(PATIENCE);
        return inTransaction(connection -> {
            OperationApproval request = required(connection, id, by);
            refuse(request, by);
            alerts.resolve(connection, key(request));
            Instant now = clock.instant();
            return table.approve(connection, id, by.name(), now, now.plus(VALID));
        });
    }

    /** The request, locked until the transaction ends; fails if the caller may not approve operations of its source. */
    private OperationApproval required(Connection connection, UUID id, Access by) throws SQLException {
        OperationApproval request = table.locked(connection, id)
                .filter(found -> found.expiresAt().isAfter(clock.instant()))
                .orElseThrow(() -> unknown(id));
        by.require(Permission.APPROVE, request.source().name(), () -> unknown(id));
        return request;
    }

    /** Requests and approvals that have not expired, of the sources that the caller may see. */
    List<OperationApproval> open(Access by) {
        return inTransaction(connection -> table.open(connection, clock.instant())).stream()
                .filter(request -> by.visible().contains(request.source().name()))
                .toList();
    }

    /** Removes what has expired, and ends its alert. */
    void expire() {
        inTransaction(connection -> {
            List<OperationApproval> expired = table.removeExpired(connection, clock.instant());
            endAlerts(connection, expired);
            return expired.size();
        });
    }

    private void endAlerts(Connection connection, List<OperationApproval> expired) throws SQLException {
        for (OperationApproval request : expired) {
            boolean unused = alerts.resolve(connection, key(request));
        }
    }

    private OperationApproval request(ApprovedOperation operation, Backup backup, Access by, Instant now) {
        return new OperationApproval(
                UUID.randomUUID().toString(),
                operation.word(),
                backup.id().toString(),
                backup.source(),
                by.name(),
                now,
                null,
                null,
                now.plus(live.current().platform().approval()));
    }

    private static AlertCondition condition(OperationApproval request, ApprovedOperation operation) {
        return new AlertCondition(
                key(request),
                NAME,
                AlertEvent.Severity.WARNING,
                request.source(),
                operation.gerund() + " of source \"" + request.source().name() + "\" (backup " + request.backupId()
                        + "), requested by " + request.requester() + ", waits for the approval of a second user until "
                        + request.expiresAt() + ": ./holdfast approve " + request.id(),
                null);
    }

    private static String key(OperationApproval request) {
        return NAME + "/" + request.id();
    }

    private static void refuse(OperationApproval request, Access by) {
        if (!by.principal().isKnown()) {
            throw HoldfastException.of(FailureCode.REQUEST_FORBIDDEN, "approving takes a token with the role approver");
        }
        if (by.name().equals(request.requester())) {
            throw HoldfastException.about(
                    by.name(),
                    FailureCode.REQUEST_FORBIDDEN,
                    "the user who requested the operation cannot approve it; another user must approve it");
        }
        if (request.isApproved()) {
            throw HoldfastException.about(
                    request.id(),
                    FailureCode.REQUEST_CONFLICT,
                    "the request is approved already, by " + request.approver() + ", until " + request.expiresAt());
        }
    }

    private static HoldfastException unknown(UUID id) {
        return HoldfastException.about(
                id.toString(),
                FailureCode.BACKUP_UNKNOWN,
                "no operation waits for approval " + id + "; it may have expired");
    }

    private <T> T inTransaction(JdbcTransaction.Work<T> work) {
        try {
            return JdbcTransaction.run(database, work);
        } catch (SQLException e) {
            throw HoldfastException.of(FailureCode.INTERNAL, "cannot record an approval: " + e.getMessage(), e);
        }
    }
}
