package io.holdfast.verifier.verification;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationLevel;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One verification of one backup. Its verbs are the only way to change it. */
@Entity
@Table(name = "verification")
public class Verification implements AcceptedRequest {
    @Id
    private UUID id;

    @Version
    private int version;

    private long sequence;

    @Column(name = "backup_id")
    private UUID backupId;

    @Column(name = "source_id")
    private UUID sourceId;

    @Column(name = "source_name")
    private String sourceName;

    @Enumerated(EnumType.STRING)
    private VerificationLevel level;

    @Enumerated(EnumType.STRING)
    private VerificationState state;

    @Column(name = "correlation_id")
    private @Nullable String correlationId;

    @Column(name = "requested_at")
    private Instant requestedAt;

    @Column(name = "started_at")
    private @Nullable Instant startedAt;

    /** Set while it waits for another attempt, and {@link #reason} says why. */
    @Column(name = "retry_at")
    private @Nullable Instant retryAt;

    @Column(name = "ended_at")
    private @Nullable Instant endedAt;

    private int tables;
    private long rows;
    private long bytes;

    @Column(name = "restore_millis")
    private long restoreMillis;

    /** As JSON. */
    private String checks = "[]";

    @Enumerated(EnumType.STRING)
    @Column(name = "failure_code")
    private @Nullable FailureCode failureCode;

    @Column(name = "failure_message")
    private @Nullable String failureMessage;

    @Column(name = "failure_object")
    private @Nullable String failureObject;

    protected Verification() {}

    static Verification requested(
            VerificationId id,
            BackupId backup,
            SourceRef source,
            VerificationLevel level,
            @Nullable String correlationId,
            Instant now) {
        Verification verification = new Verification();
        verification.id = id.value();
        verification.backupId = backup.value();
        verification.sourceId = source.id().value();
        verification.sourceName = source.name();
        verification.level = level;
        verification.state = VerificationState.REQUESTED;
        verification.correlationId = correlationId;
        verification.requestedAt = now;
        return verification;
    }

    /** A worker took it up. Taking over from a dead worker changes nothing. */
    boolean started(Instant now) {
        if (state == VerificationState.RUNNING) {
            forget();
            return false;
        }
        become(VerificationState.RUNNING);
        startedAt = now;
        return true;
    }

    /** It waits for the end of an outage, such as of the vault, and is tried again then. */
    void waits(FailureReason reason, Instant until) {
        because(reason);
        retryAt = until;
    }

    private void forget() {
        failureCode = null;
        failureMessage = null;
        failureObject = null;
        retryAt = null;
    }

    void passed(VerificationTotals findings, Instant now) {
        become(VerificationState.PASSED);
        endedAt = now;
        tables = findings.tables();
        rows = findings.rows();
        bytes = findings.bytes();
        restoreMillis = findings.restoreMillis();
        checks = CheckResultsJson.write(findings.checks());
    }

    /** The backup is definitely bad. */
    void failed(FailureReason reason, Instant now) {
        become(VerificationState.FAILED);
        because(reason);
        endedAt = now;
    }

    /** Something else than the backup was bad. */
    void inconclusive(FailureReason reason, Instant now) {
        become(VerificationState.INCONCLUSIVE);
        forget();
        because(reason);
        endedAt = now;
    }

    /** The next number of this verification's own events, beginning with 1. */
    long nextSequence() {
        return ++sequence;
    }

    private void become(VerificationState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("verification " + id + " is " + state + " and cannot become " + next);
        }
        state = next;
    }

    private void because(FailureReason reason) {
        failureCode = reason.code();
        failureMessage = reason.message();
        failureObject = reason.object();
    }

    @Override
    public VerificationId id() {
        return new VerificationId(id);
    }

    public BackupId backupId() {
        return new BackupId(backupId);
    }

    public SourceRef source() {
        return new SourceRef(new SourceId(sourceId), sourceName);
    }

    public VerificationLevel level() {
        return level;
    }

    public VerificationState state() {
        return state;
    }

    @Nullable
    String correlationId() {
        return correlationId;
    }

    long sequence() {
        return sequence;
    }

    Instant requestedAt() {
        return requestedAt;
    }

    public Optional<Instant> startedAt() {
        return Optional.ofNullable(startedAt);
    }

    @Nullable
    Instant retryAt() {
        return retryAt;
    }

    @Nullable
    Instant endedAt() {
        return endedAt;
    }

    VerificationTotals findings() {
        return new VerificationTotals(tables, rows, bytes, restoreMillis, CheckResultsJson.read(checks));
    }

    @Nullable
    FailureReason reason() {
        return failureCode == null || failureMessage == null
                ? null
                : new FailureReason(failureCode, failureMessage, failureObject);
    }
}
