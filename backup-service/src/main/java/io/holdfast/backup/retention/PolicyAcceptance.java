package io.holdfast.backup.retention;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.retention.plan.RetentionCandidate;
import io.holdfast.backup.retention.plan.RetentionGuard;
import io.holdfast.backup.retention.plan.RetentionPlan;
import io.holdfast.backup.retention.plan.RetentionPolicy;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.runtime.JdbcTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Which policy of a source is accepted. A changed policy that stays below the guard is accepted by itself; another one waits
 * for {@link #accept}. So does the first policy of a source that has backups. Calls block; a change and its alert commit
 * together.
 */
@ApplicationScoped
class PolicyAcceptance {
    private static final String ACCEPT = """
            insert into retention_policy (source_id, accepted, accepted_at, accepted_by) values (?, ?, ?, ?)
            on conflict (source_id) do update
            set accepted = excluded.accepted, accepted_at = excluded.accepted_at, accepted_by = excluded.accepted_by,
                waiting = null, waiting_since = null, waiting_backups = '{}'
            where retention_policy.accepted is distinct from excluded.accepted
               or retention_policy.waiting is not null""";
    private static final String WAIT = """
            insert into retention_policy (source_id, waiting, waiting_since, waiting_backups) values (?, ?, ?, ?)
            on conflict (source_id) do update
            set waiting_since = case when retention_policy.waiting = excluded.waiting
                                     then retention_policy.waiting_since else excluded.waiting_since end,
                waiting = excluded.waiting, waiting_backups = excluded.waiting_backups""";
    private static final String READ =
            "select accepted, waiting, waiting_backups from retention_policy where source_id = ?";

    /** Ids that the summary of an alert names; {@code --dry-run} lists all. */
    private static final int NAMED = 50;

    private final DataSource database;
    private final AlertBook alerts;
    private final InstantSource clock;

    PolicyAcceptance(DataSource database, AlertBook alerts, InstantSource clock) {
        this.database = database;
        this.alerts = alerts;
        this.clock = clock;
    }

    private record Row(@Nullable String accepted, @Nullable String waiting, List<BackupId> backups) {}

    /**
     * An acceptance.
     *
     * @param backups the proven backups that the next run deletes
     */
    record Accepted(SourceRef source, Instant acceptedAt, String acceptedBy, List<BackupId> backups) {}

    /**
     * Returns the proven backups for whose sake the policy waits; empty if the policy may be applied. Changes nothing.
     *
     * @param plan without regard to suspension
     */
    List<RetentionCandidate> waitsFor(SourceId source, RetentionPolicy policy, RetentionPlan plan, Instant now) {
        Row row = inTransaction(connection -> read(connection, source, ""));
        return policy.digest().equals(row.accepted()) ? List.of() : RetentionGuard.breach(plan, policy, now);
    }

    /** Records what {@link #waitsFor} returned: the policy is accepted, or waits with an alert. */
    void settle(SourceRef source, RetentionPolicy policy, List<RetentionCandidate> waitsFor, long proven) {
        if (waitsFor.isEmpty()) {
            inTransaction(connection -> accepted(connection, source, policy.digest(), "retention"));
            return;
        }
        List<BackupId> ids = waitsFor.stream().map(RetentionCandidate::id).toList();
        inTransaction(connection -> {
            waits(connection, source.id(), policy.digest(), ids);
            return alerts.raise(connection, alert(source, ids, proven));
        });
    }

    /**
     * Accepts the policy that waits.
     *
     * @throws HoldfastException REQUEST_CONFLICT if none waits, or another one than the present one
     */
    Accepted accept(SourceRef source, RetentionPolicy policy, String by) {
        return inTransaction(connection -> {
            Row row = read(connection, source.id(), " for update");
            if (row.waiting() == null) {
                throw conflict(source, "no changed retention policy waits for acceptance");
            }
            if (!row.waiting().equals(policy.digest())) {
                throw conflict(
                        source,
                        "the retention policy was changed again after the one that waits for acceptance; see its plan with"
                                + " `holdfast retention " + source.name() + "`, then repeat");
            }
            boolean unused = accepted(connection, source, policy.digest(), by);
            return new Accepted(source, clock.instant(), by, row.backups());
        });
    }

    private static HoldfastException conflict(SourceRef source, String why) {
        return HoldfastException.about(
                source.name(), FailureCode.REQUEST_CONFLICT, "source \"" + source.name() + "\": " + why);
    }

    static String alertKey(SourceRef source) {
        return "retention-guard/" + source.name();
    }

    private static AlertCondition alert(SourceRef source, List<BackupId> ids, long proven) {
        String named = String.join(
                ", ", ids.stream().limit(NAMED).map(BackupId::toString).toList());
        return new AlertCondition(
                alertKey(source),
                "retention-guard",
                AlertEvent.Severity.WARNING,
                source,
                "source \"" + source.name() + "\": the changed retention policy would delete " + ids.size() + " of "
                        + proven + " proven backups, so nothing is deleted. To accept it: holdfast retention "
                        + source.name() + " --accept. Backups: " + named + (ids.size() > NAMED ? ", …" : ""),
                null);
    }

    /** @return whether an alert ended */
    private boolean accepted(Connection connection, SourceRef source, String digest, String by) throws SQLException {
        try (var statement = connection.prepareStatement(ACCEPT)) {
            statement.setObject(1, source.id().value());
            statement.setString(2, digest);
            statement.setTimestamp(3, Timestamp.from(clock.instant()));
            statement.setString(4, by);
            statement.executeUpdate();
        }
        return alerts.resolve(connection, alertKey(source));
    }

    private void waits(Connection connection, SourceId source, String digest, List<BackupId> backups)
            throws SQLException {
        try (var statement = connection.prepareStatement(WAIT)) {
            statement.setObject(1, source.value());
            statement.setString(2, digest);
            statement.setTimestamp(3, Timestamp.from(clock.instant()));
            statement.setArray(4, RetentionRuns.ids(connection, backups));
            statement.executeUpdate();
        }
    }

    private static Row read(Connection connection, SourceId source, String lock) throws SQLException {
        try (var statement = connection.prepareStatement(READ + lock)) {
            statement.setObject(1, source.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? new Row(row.getString(1), row.getString(2), RetentionRuns.ids(row.getArray(3)))
                        : new Row(null, null, new ArrayList<>());
            }
        }
    }

    private <T> T inTransaction(JdbcTransaction.Work<T> work) {
        try {
            return JdbcTransaction.run(database, work);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot record a retention policy: " + e.getMessage(), e);
        }
    }
}
