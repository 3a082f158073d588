package io.holdfast.notifier.rule;

import io.holdfast.config.NotifiedEvent;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The table of rules. A rule whose cause is known to another rule is muted by it, see {@link #mutedBy}. */
public enum AlertRule {
    BACKUP_FAILED(
            Severity.CRITICAL,
            NotifiedEvent.BACKUP_FAILED,
            "1 failure in a row in environment production, 3 elsewhere",
            "Put right what the message says, then: holdfast backup SOURCE"),
    BACKUP_MISSED(
            Severity.CRITICAL,
            NotifiedEvent.ALERT_RAISED,
            "no backup ran within 3 usual durations, at least 30 min, after a slot of the schedule",
            "See whether backup-service runs (holdfast status), then: holdfast backup SOURCE"),
    BACKUP_STUCK(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "a backup runs for more than 3 usual durations, at least 15 min; without history 6 h",
            "See what it waits for (holdfast show ID); holdfast cancel ID ends it"),
    PROOF_MISSED(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "no verdict 3 usual durations, at least 2 h, after a stored backup",
            "See whether verifier-service runs, then: holdfast verify ID"),
    PROOF_FAILED(
            Severity.CRITICAL,
            NotifiedEvent.VERIFICATION_FAILED,
            "the latest verdict of a source is that a backup is bad",
            "Do not count on this backup. Take another one now: holdfast backup SOURCE --wait proven"),
    PROOF_INCONCLUSIVE(
            Severity.WARNING,
            NotifiedEvent.VERIFICATION_INCONCLUSIVE,
            "3 proofs in a row without a verdict",
            "Put right what the message says, then: holdfast verify ID"),
    DRILL_FAILED(
            Severity.CRITICAL,
            NotifiedEvent.ALERT_RAISED,
            "the latest drill of a source failed; ends with the next passed one",
            "See which check failed in the report of the drill, and take another backup: holdfast backup SOURCE --wait proven"),
    DRILL_OVERDUE(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "no drill was completed 24 h after a slot of schedule.drills",
            "See whether verifier-service runs (holdfast status), then repeat the drill"),
    RTO_MISSED(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "the restore of the latest drill took longer than objectives.rto; ends with a passed drill within it",
            "See what took long in the report of the drill; give the restore more workers, or change the objective"),
    RTO_AT_RISK(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "the restore times of at least 3 drills over 7 days grow so that objectives.rto is missed within 30 days; sent"
                    + " once a week",
            "See the restore times (holdfast drills --source SOURCE); give the restore more workers, or change the objective"),
    DRILL_UNSIGNED(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "the report of a drill of the schedule has no signature 7 days after its end; sent once a week",
            "Read the report (holdfast drill report ID) and sign it: holdfast drill sign ID"),
    RPO_BROKEN(
            Severity.CRITICAL,
            NotifiedEvent.ALERT_RAISED,
            "the newest proven data is older than objectives.rpo (stored data with verify.level intact)",
            "Take a backup now: holdfast backup SOURCE --wait proven"),
    RESTORE_SLOW(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "a restore runs longer than objectives.rto; without one 30 min",
            "See how far it is: holdfast show ID"),
    RESTORE_FAILED(
            Severity.CRITICAL,
            NotifiedEvent.RESTORE_FAILED,
            "a restore failed or was rolled back; ends with the next completed restore of the source, or after 24 h",
            "See the state of the live database (holdfast show ID), then request the restore again"),
    APPROVAL_WAITING(
            Severity.WARNING,
            NotifiedEvent.RESTORE_AWAITING_APPROVAL,
            "a restore waits for its approval for more than 1 h; a deletion or an export waits",
            "Approve it or let it expire: holdfast approve ID"),
    SOURCE_UNREACHABLE(
            Severity.CRITICAL,
            NotifiedEvent.ALERT_RAISED,
            "two checks of a source failed in a row",
            "See to the database server, its network and the password of the source"),
    SIZE_ANOMALY(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "a backup is half as large as the one before, or far from the median of the source",
            "Check whether rows were deleted by mistake: holdfast show ID"),
    PAUSE_EXCEEDS_RPO(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "a paused source breaks objectives.rpo",
            "Take a backup, or end the pause: holdfast resume SOURCE"),
    RETENTION_WAITING(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "a changed retention policy would delete more than its guard allows",
            "See what it would delete, and accept it or correct the policy: holdfast retention SOURCE --accept"),
    DELETION_FAILED(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "a run of the retention policy could not delete a backup",
            "See to the vault; the next run tries again"),
    DISK_SPACE(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "less than 20 % of the disk of temporary files is free",
            "Free some space, or name a larger folder with -Djava.io.tmpdir"),
    VAULT_UNREACHABLE(
            Severity.CRITICAL,
            NotifiedEvent.ALERT_RAISED,
            "the vault could not be opened twice, or a backup or proof failed because of it and none was stored since",
            "See to the S3 server, its network and keys; no backup is stored until the vault answers"),
    CONFIG_REFUSED(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "a changed holdfast.yaml has errors and is not in effect",
            "Correct the file: holdfast config check"),
    DEAD_LETTERS(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "a message that no service can read, in the last 24 h",
            "See its headers on the topic, and correct its producer"),
    OUTBOX_OLD(
            Severity.CRITICAL,
            NotifiedEvent.ALERT_RAISED,
            "an event of notifier-service is not on Kafka 5 min after its commit",
            "See to Kafka; events are kept and sent later"),
    NOTIFICATION_FAILED(
            Severity.CRITICAL,
            NotifiedEvent.ALERT_RAISED,
            "the last message to a channel was given up; sent to every other channel. Ends with a delivered message or a passed"
                    + " test",
            "Correct the channel in holdfast.yaml, then test it: holdfast channels test NAME"),
    CHECKS_FAILED(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "checks of the restored data did not pass",
            "Look at the data of the source, or correct the check"),
    NOT_RESTORABLE(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "the role that restores lacks a right",
            "Grant what the message names"),
    DDL_BLOCKED(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "a running backup delays a change of the schema",
            "Wait, or let it through: holdfast cancel ID"),
    RESTORE_TROUBLE(
            Severity.CRITICAL,
            NotifiedEvent.ALERT_RAISED,
            "a step around a restore failed: maintenance mode, rollback, watch, safety backup",
            "Do what the message says"),
    KEY_ESCROW(
            Severity.WARNING,
            NotifiedEvent.ALERT_RAISED,
            "there is a production source, and no copy of the vault's key is confirmed",
            "Copy the key file to another place and confirm it: holdfast vault keys escrow"),
    REPORTED(Severity.WARNING, NotifiedEvent.ALERT_RAISED, "another alert of a service", "Do what the message says");

    private final Severity severity;
    private final NotifiedEvent event;
    private final String threshold;
    private final String remedy;

    AlertRule(Severity severity, NotifiedEvent event, String threshold, String remedy) {
        this.severity = severity;
        this.event = event;
        this.threshold = threshold;
        this.remedy = remedy;
    }

    /** As in configuration, commands and metrics: {@code backup-failed}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<AlertRule> named(String label) {
        return Arrays.stream(values())
                .filter(rule -> rule.label().equals(label))
                .findFirst();
    }

    public Severity severity() {
        return severity;
    }

    /** The word of a channel's {@code events} for it. */
    public NotifiedEvent event() {
        return event;
    }

    public String threshold() {
        return threshold;
    }

    public String remedy() {
        return remedy;
    }

    /** The least time between two messages that say the same, whatever {@code notifications.repeat} is. */
    public Duration repeatsAtMostEvery() {
        return switch (this) {
            case RTO_AT_RISK, DRILL_UNSIGNED -> Duration.ofDays(7);
            default -> Duration.ZERO;
        };
    }

    /** The rules that mute this one, if they fire for the same source. */
    public Set<AlertRule> mutedBy() {
        return switch (this) {
            case BACKUP_FAILED -> EnumSet.of(SOURCE_UNREACHABLE);
            case RPO_BROKEN -> EnumSet.of(BACKUP_FAILED, BACKUP_MISSED, SOURCE_UNREACHABLE);
            case PROOF_MISSED, PROOF_INCONCLUSIVE -> EnumSet.of(PROOF_FAILED);
            case NOT_RESTORABLE, DDL_BLOCKED -> EnumSet.of(SOURCE_UNREACHABLE);
            default -> EnumSet.noneOf(AlertRule.class);
        };
    }

    /** The rules that say more than this one: if one of them fires for the source, the end of this one is no recovery. */
    public Set<AlertRule> supersededBy() {
        return switch (this) {
            case BACKUP_MISSED -> EnumSet.of(BACKUP_STUCK, BACKUP_FAILED);
            case BACKUP_STUCK -> EnumSet.of(BACKUP_FAILED);
            case PROOF_MISSED -> EnumSet.of(PROOF_FAILED, PROOF_INCONCLUSIVE);
            case PROOF_INCONCLUSIVE -> EnumSet.of(PROOF_FAILED);
            default -> EnumSet.noneOf(AlertRule.class);
        };
    }

    /** Whether it is a symptom of an unreachable vault. */
    public boolean isMutedByVault() {
        return switch (this) {
            case BACKUP_FAILED,
                    BACKUP_MISSED,
                    BACKUP_STUCK,
                    PROOF_MISSED,
                    PROOF_INCONCLUSIVE,
                    DRILL_OVERDUE,
                    RPO_BROKEN,
                    DELETION_FAILED -> true;
            default -> false;
        };
    }
}
