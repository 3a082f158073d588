package io.holdfast.verifier.drill;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import io.holdfast.drill.DrillCheck;
import io.holdfast.drill.DrillJson;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.ExternalVerdict;
import io.holdfast.drill.SignOff;
import io.holdfast.verifier.verification.AcceptedRequest;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One drill of one source. Its verbs are the only way to change it. */
@Entity
@Table(name = "drill")
public class Drill implements AcceptedRequest {
    @Id
    private UUID id;

    @Version
    private int version;

    private long sequence;

    @Column(name = "source_name")
    private String sourceName;

    /** Null until a worker found the source's backups. */
    @Column(name = "source_id")
    private @Nullable UUID sourceId;

    private String kind;

    @Column(name = "fire_at")
    private @Nullable Instant fireAt;

    @Column(name = "asked_backup")
    private @Nullable UUID askedBackup;

    @Column(name = "backup_id")
    private @Nullable UUID backupId;

    @Enumerated(EnumType.STRING)
    private DrillState state;

    @Column(name = "requested_by")
    private String requestedBy;

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

    @Column(name = "restore_millis")
    private long restoreMillis;

    private long bytes;

    @Column(name = "checks_failed")
    private int checksFailed;

    /** As JSON, as it was when the drill ended. */
    private @Nullable String report;

    /** As JSON. */
    private String verdicts = "[]";

    @Column(name = "signed_by")
    private @Nullable String signedBy;

    @Column(name = "signed_at")
    private @Nullable Instant signedAt;

    @Column(name = "signed_note")
    private @Nullable String signedNote;

    @Enumerated(EnumType.STRING)
    @Column(name = "failure_code")
    private @Nullable FailureCode failureCode;

    @Column(name = "failure_message")
    private @Nullable String failureMessage;

    @Column(name = "failure_object")
    private @Nullable String failureObject;

    @Column(name = "keep_seconds")
    private @Nullable Long keepSeconds;

    @Column(name = "copy_database")
    private @Nullable String copyDatabase;

    @Column(name = "copy_server")
    private @Nullable String copyServer;

    @Column(name = "copy_until")
    private @Nullable Instant copyUntil;

    @Column(name = "login_at")
    private @Nullable Instant loginAt;

    @Column(name = "copy_dropped_at")
    private @Nullable Instant copyDroppedAt;

    protected Drill() {}

    static Drill requested(VerificationId id, DrillRequest request, Instant now) {
        Drill drill = new Drill();
        drill.id = id.value();
        drill.sourceName = request.source();
        drill.kind = request.kind();
        drill.fireAt = request.fireAt();
        drill.askedBackup = request.backup() == null ? null : request.backup().value();
        drill.state = DrillState.REQUESTED;
        drill.requestedBy = request.by();
        drill.correlationId = request.correlationId();
        drill.requestedAt = now;
        drill.keepSeconds = request.keep() == null ? null : request.keep().toSeconds();
        return drill;
    }

    /** A worker took it up. Taking over from a dead worker keeps the start. */
    void started(Instant now) {
        forget();
        if (state == DrillState.RUNNING) {
            return;
        }
        become(DrillState.RUNNING);
        startedAt = now;
    }

    /** It waits for the end of an outage, such as of the vault, and is tried again then. */
    void waits(FailureReason reason, Instant until) {
        because(reason);
        retryAt = until;
    }

    void ended(DrillOutcome outcome, Instant now) {
        forget();
        switch (outcome) {
            case DrillOutcome.Done done -> {
                done(done);
                kept(done.copy(), now);
            }
            case DrillOutcome.Inconclusive(FailureReason why) -> {
                become(DrillState.INCONCLUSIVE);
                because(why);
            }
        }
        endedAt = now;
    }

    private void done(DrillOutcome.Done done) {
        become(done.reason() == null ? DrillState.PASSED : DrillState.FAILED);
        if (done.reason() != null) {
            because(done.reason());
        }
        sourceId = done.source().id().value();
        backupId = done.backup().value();
        DrillReport written = done.report();
        if (written != null) {
            report = DrillJson.write(written);
            restoreMillis = written.times().restoreMillis();
            bytes = written.backup().bytes();
            checksFailed = (int) (written.checks().stream()
                            .filter(check -> check.outcome() == DrillCheck.Outcome.FAILED)
                            .count()
                    + written.controls().stream()
                            .filter(control -> !control.found())
                            .count());
        }
    }

    private void kept(DrillOutcome.@Nullable KeptCopy copy, Instant now) {
        if (copy != null && keepSeconds != null) {
            copyDatabase = copy.database();
            copyServer = copy.server();
            copyUntil = now.plusSeconds(keepSeconds);
        }
    }

    /** Marks the only login to the copy as given out. */
    void loginTaken(Instant now) {
        if (!hasCopy() || copyUntil == null || !now.isBefore(copyUntil)) {
            throw HoldfastException.about(
                    id.toString(),
                    FailureCode.REQUEST_CONFLICT,
                    "drill " + id + " is " + state + " and has no copy to log in to; to keep one, run `holdfast drill "
                            + sourceName + " --keep 4h`");
        }
        if (loginAt != null) {
            throw HoldfastException.about(
                    id.toString(),
                    FailureCode.REQUEST_CONFLICT,
                    "the login to the copy of drill " + id + " was given out at " + loginAt
                            + " and is not shown again; hold another drill");
        }
        loginAt = now;
    }

    /** The login could not be created; it can be asked for again. */
    void loginFailed() {
        loginAt = null;
    }

    void copyDropped(Instant now) {
        copyDroppedAt = now;
    }

    /** Returns whether the scratch server still has the copy of the drill. */
    boolean hasCopy() {
        return copyDatabase != null && copyDroppedAt == null;
    }

    /** The verdict of a person or a program about the application on the restored data. */
    void judged(ExternalVerdict verdict) {
        refuseUnlessReported("judged");
        refuseIfSigned();
        List<ExternalVerdict> all = new ArrayList<>(verdicts());
        if (all.size() >= MOST_VERDICTS) {
            throw HoldfastException.about(
                    id.toString(),
                    FailureCode.REQUEST_CONFLICT,
                    "drill " + id + " has " + all.size() + " results; it may not have more");
        }
        all.add(verdict);
        verdicts = DrillDocuments.write(all);
    }

    /** When the first result said that a test failed; null: none did. */
    @Nullable
    Instant failedByResultAt() {
        return verdicts().stream()
                .filter(verdict -> !verdict.passed())
                .map(ExternalVerdict::at)
                .findFirst()
                .orElse(null);
    }

    void signed(SignOff signOff) {
        refuseUnlessReported("signed");
        refuseIfSigned();
        signedBy = signOff.person();
        signedAt = signOff.at();
        signedNote = signOff.note();
    }

    private static final int MOST_VERDICTS = 100;

    private void refuseUnlessReported(String what) {
        if (report == null) {
            throw HoldfastException.about(
                    id.toString(),
                    FailureCode.REQUEST_CONFLICT,
                    "drill " + id + " is " + state + " and has no report; a drill can be " + what
                            + " when it has ended with a report");
        }
    }

    private void refuseIfSigned() {
        if (signedBy != null) {
            throw HoldfastException.about(
                    id.toString(),
                    FailureCode.REQUEST_CONFLICT,
                    "drill " + id + " was signed by " + signedBy + " at " + signedAt
                            + "; a signed report does not change");
        }
    }

    /** The next number of this drill's own events, beginning with 1. */
    long nextSequence() {
        return ++sequence;
    }

    private void become(DrillState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("drill " + id + " is " + state + " and cannot become " + next);
        }
        state = next;
    }

    private void because(FailureReason reason) {
        failureCode = reason.code();
        failureMessage = reason.message();
        failureObject = reason.object();
    }

    private void forget() {
        failureCode = null;
        failureMessage = null;
        failureObject = null;
        retryAt = null;
    }

    @Override
    public VerificationId id() {
        return new VerificationId(id);
    }

    String sourceName() {
        return sourceName;
    }

    Optional<SourceRef> source() {
        return Optional.ofNullable(sourceId).map(known -> new SourceRef(new SourceId(known), sourceName));
    }

    String kind() {
        return kind;
    }

    @Nullable
    Instant fireAt() {
        return fireAt;
    }

    /** The backup that was asked for; empty: the worker chooses. */
    Optional<BackupId> askedBackup() {
        return Optional.ofNullable(askedBackup).map(BackupId::new);
    }

    Optional<BackupId> backupId() {
        return Optional.ofNullable(backupId).map(BackupId::new);
    }

    DrillState state() {
        return state;
    }

    String requestedBy() {
        return requestedBy;
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

    @Nullable
    Instant startedAt() {
        return startedAt;
    }

    @Nullable
    Instant retryAt() {
        return retryAt;
    }

    @Nullable
    Instant endedAt() {
        return endedAt;
    }

    long restoreMillis() {
        return restoreMillis;
    }

    long bytes() {
        return bytes;
    }

    int checksFailed() {
        return checksFailed;
    }

    /** Returns the time that the copy is kept; empty if the copy is dropped at the end of the drill. */
    Optional<Duration> keep() {
        return Optional.ofNullable(keepSeconds).map(Duration::ofSeconds);
    }

    @Nullable
    String copyDatabase() {
        return copyDatabase;
    }

    @Nullable
    String copyServer() {
        return copyServer;
    }

    @Nullable
    Instant copyUntil() {
        return copyUntil;
    }

    @Nullable
    Instant loginAt() {
        return loginAt;
    }

    /** The report as it is now, with verdicts and signature; empty: the drill has none. */
    Optional<DrillReport> report() {
        return Optional.ofNullable(report)
                .map(DrillJson::read)
                .map(written -> DrillDocuments.now(written, verdicts(), signOff()));
    }

    List<ExternalVerdict> verdicts() {
        return DrillDocuments.verdicts(verdicts);
    }

    @Nullable
    SignOff signOff() {
        return signedBy == null || signedAt == null ? null : new SignOff(signedBy, signedAt, signedNote);
    }

    /** Whether the drill passed, and no result says otherwise. */
    boolean passed() {
        return state == DrillState.PASSED && verdicts().stream().allMatch(ExternalVerdict::passed);
    }

    @Nullable
    FailureReason reason() {
        return failureCode == null || failureMessage == null
                ? null
                : new FailureReason(failureCode, failureMessage, failureObject);
    }
}
